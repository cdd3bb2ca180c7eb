namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>Reads what stands in square brackets.</summary>
internal sealed class RegexClassParser(SourceReader reader, RegexEscapes escapes)
{
    // A class of a few characters can name a property of hundreds of ranges, and a pattern many such classes.
    private const int MaxRanges = 50_000;
    private int _ranges;

    /// <summary>The members; the bracket at <paramref name="at"/> has been read.</summary>
    public CodePointSet Parse(int at)
    {
        bool negated = reader.TryRead("^");
        var ranges = new List<(int First, int Last)>();
        bool subtractable = false;
        while (!reader.TryRead("]"))
        {
            if (subtractable && reader.Peek() == '-' && reader.Peek(1) == '[')
            {
                throw reader.Error("Subtraction of classes is not supported", "Write the remaining ranges.");
            }

            CodePointSet first = Member(at);
            int hyphen = reader.Position;
            subtractable = first.Count != 1;
            if (reader.Peek() != '-' || reader.Peek(1) == ']' || (subtractable && reader.Peek(1) == '['))
            {
                ranges.AddRange(first);
                continue;
            }

            reader.Read();
            CodePointSet last = Member(at);
            if (first.Count != 1 || last.Count != 1)
            {
                // Beside a class the hyphen is meant itself.
                ranges.AddRange([.. first, ('-', '-'), .. last]);
                continue;
            }

            (int low, int high) = (first.First().First, last.First().First);
            ranges.Add(low <= high ? (low, high) : throw reader.Error($"The range from {SourceReader.Show(low)} to {SourceReader.Show(high)} is the wrong way round", null, hyphen - 1));
            subtractable = true;
        }

        _ranges += ranges.Count;
        if (_ranges > MaxRanges)
        {
            throw reader.Error($"The classes of the pattern have more than {MaxRanges} ranges", null, at);
        }

        CodePointSet set = CodePointSet.Of(ranges);
        return negated ? set.Complement() : set;
    }

    private CodePointSet Member(int at)
    {
        int here = reader.Position, next = reader.Read();
        return next switch
        {
            SourceReader.End => throw reader.Error("The class is not closed", "Write \\[ for the character.", at),
            '\\' => Escape(here),
            '[' when reader.Peek() is ':' or '.' or '=' => throw reader.Error("POSIX classes such as [:alpha:] are not supported", "Write ranges, as in [a-zA-Z].", here),
            _ => CodePointSet.Of(next),
        };
    }

    private CodePointSet Escape(int at) => reader.Peek() switch
    {
        >= '1' and <= '9' => throw reader.Error("Octal escapes are not supported", "Write \\xHH.", at),
        'B' => throw reader.Error("The escape \\B means nothing in a class", null, at),
        _ => escapes.Inside(at),
    };
}
