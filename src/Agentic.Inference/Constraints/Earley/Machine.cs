namespace Agentic.Inference.Constraints.Earley;

/// <summary>A grammar compiled: the states of all rules without empty edges, every one of them on the way to some word. Immutable.</summary>
internal sealed class Machine
{
    /// <summary>Further away than any end.</summary>
    public const long Unreachable = long.MaxValue / 4;

    public required MachineState[] States { get; init; }

    public required MachineRule[] Rules { get; init; }

    /// <summary>The rule of a whole text.</summary>
    public required int Start { get; init; }

    /// <summary>Bytes that no state tells apart have one class.</summary>
    public required byte[] ClassOf { get; init; }

    public required int ClassCount { get; init; }
}

/// <summary>A position in a rule.</summary>
internal sealed class MachineState
{
    /// <summary>The rule it is in.</summary>
    public required int Rule { get; init; }

    /// <summary>Edges by classes of bytes.</summary>
    public (ByteSet Classes, int To)[] Edges { get; set; } = [];

    /// <summary>Edges by a word of a rule, one byte at least.</summary>
    public (int Rule, int To)[] Calls { get; set; } = [];

    /// <summary>The rule may end here.</summary>
    public bool Final { get; init; }

    /// <summary>One turn of a counted rule may end here.</summary>
    public bool EndsTurn { get; init; }

    /// <summary>Fewest bytes to the end of the rule, or of the turn of a counted rule.</summary>
    public long Distance { get; set; } = Machine.Unreachable;

    /// <summary>The rule may end here or after a byte and go on as well: it can end after any character.</summary>
    public bool Loose { get; set; }

    /// <summary>Something may be read from here.</summary>
    public bool Reads => Edges.Length + Calls.Length > 0;
}

/// <summary>A rule.</summary>
internal sealed class MachineRule
{
    /// <summary>Its first state; of a counted rule the one before every turn.</summary>
    public required int Start { get; init; }

    /// <summary>The rule repeats something a counted number of times.</summary>
    public bool Counted { get; init; }

    /// <summary>Fewest turns of a counted rule.</summary>
    public int Min { get; init; }

    /// <summary>Most turns of a counted rule; <see cref="int.MaxValue"/> = without limit.</summary>
    public int Max { get; init; }

    /// <summary>Has the empty word.</summary>
    public bool Nullable { get; init; }

    /// <summary>Bytes of the shortest word that is not empty.</summary>
    public long Shortest { get; set; } = Machine.Unreachable;

    /// <summary>Bytes of the shortest turn of a counted rule.</summary>
    public long Turn { get; set; } = Machine.Unreachable;
}
