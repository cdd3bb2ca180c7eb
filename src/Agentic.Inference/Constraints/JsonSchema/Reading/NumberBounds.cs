namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>What <c>minimum</c>, <c>maximum</c>, their exclusive forms and <c>multipleOf</c> demand together; null: no demand.</summary>
internal sealed record NumberBounds(ExactDecimal? Low, bool LowExcluded, ExactDecimal? High, bool HighExcluded, ExactDecimal? MultipleOf)
{
    public static NumberBounds None { get; } = new(null, false, null, false, null);

    /// <summary>Whether no number can meet the limits, multiples apart.</summary>
    public bool Contradictory => Low is { } low && High is { } high && (low.CompareTo(high) is > 0 || (low.CompareTo(high) == 0 && (LowExcluded || HighExcluded)));

    /// <summary>Both demands.</summary>
    public NumberBounds And(NumberBounds other)
    {
        NumberBounds both = this;
        both = other.Low is { } low ? both.AtLeast(low, other.LowExcluded) : both;
        both = other.High is { } high ? both.AtMost(high, other.HighExcluded) : both;
        return other.MultipleOf is { } step ? both with { MultipleOf = both.MultipleOf is { } own ? ExactDecimal.LeastCommonMultiple(own, step) : step } : both;
    }

    public NumberBounds AtLeast(ExactDecimal low, bool excluded) => Low?.CompareTo(low) switch
    {
        > 0 => this,
        0 => this with { LowExcluded = LowExcluded || excluded },
        _ => this with { Low = low, LowExcluded = excluded },
    };

    public NumberBounds AtMost(ExactDecimal high, bool excluded) => High?.CompareTo(high) switch
    {
        < 0 => this,
        0 => this with { HighExcluded = HighExcluded || excluded },
        _ => this with { High = high, HighExcluded = excluded },
    };

    /// <summary>Whether a number meets all demands.</summary>
    public bool Admits(ExactDecimal value)
    {
        if ((Low is { } low && value.CompareTo(low) is var l && (l < 0 || (l == 0 && LowExcluded)))
            || (High is { } high && value.CompareTo(high) is var h && (h > 0 || (h == 0 && HighExcluded))))
        {
            return false;
        }

        if (MultipleOf is not { } step)
        {
            return true;
        }

        int scale = Math.Max(step.Scale, value.Scale);
        return (value.FloorAt(scale) % step.FloorAt(scale)).IsZero;
    }
}
