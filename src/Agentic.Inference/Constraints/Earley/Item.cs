namespace Agentic.Inference.Constraints.Earley;

/// <summary>One way a text may be going on: a position in a rule, how often a counted rule must and may still turn, and where the rule began.</summary>
/// <param name="State">Number of a state; ~n: rule n has ended, and what stands around it is not known (<see cref="ItemSet.IsOpen"/>).</param>
/// <param name="ToMin">Turns of a counted rule still missing, the current one included; 0 otherwise.</param>
/// <param name="ToMax">Turns it may still make, the current one included; <see cref="int.MaxValue"/> = without limit; 0 otherwise.</param>
/// <param name="Origin">The set in which the rule began.</param>
internal readonly record struct Item(int State, int ToMin, int ToMax, ItemSet Origin) : IComparable<Item>
{
    public bool Equals(Item other) =>
        State == other.State && ToMin == other.ToMin && ToMax == other.ToMax && ReferenceEquals(Origin, other.Origin);

    public override int GetHashCode() => HashCode.Combine(State, ToMin, ToMax, Origin.Serial);

    public int CompareTo(Item other)
    {
        int order = Origin.Serial.CompareTo(other.Origin.Serial);
        order = order != 0 ? order : State.CompareTo(other.State);
        order = order != 0 ? order : ToMax.CompareTo(other.ToMax);
        return order != 0 ? order : ToMin.CompareTo(other.ToMin);
    }
}
