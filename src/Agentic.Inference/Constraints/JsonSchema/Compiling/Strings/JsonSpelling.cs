namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>
/// Texts as they stand between the quotes of a JSON string, in one spelling each: characters for themselves, but the quote, the backslash and
/// control characters in their shortest escape. So a text meets a pattern exactly when what is written for it is a word.
/// </summary>
internal static class JsonSpelling
{
    private const string Short = "\"\\\b\f\n\r\t", ShortNames = "\"\\bfnrt";
    private static readonly ByteSet Escaped = ByteSet.Range(0, 0x1F) | ByteSet.Of((byte)'"') | ByteSet.Of((byte)'\\');

    /// <summary>The automaton of the spellings of another's words, which are UTF-8.</summary>
    public static ByteAutomaton Of(ByteAutomaton texts)
    {
        var edges = new List<List<(ByteSet Bytes, int To)>>();
        for (int state = 0; state < texts.StateCount; state++)
        {
            edges.Add([]);
        }

        for (int state = 0; state < texts.StateCount; state++)
        {
            if (!texts.Edges(state).ToArray().Any(edge => !(edge.Bytes & Escaped).IsEmpty))
            {
                edges[state].AddRange(texts.Edges(state));
                continue;
            }

            // Places between a state and the next: after "\", "\u", "\u0", "\u00" and so on; made where they are needed.
            var places = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = state };
            foreach ((ByteSet bytes, int to) in texts.Edges(state).ToArray())
            {
                Add(edges[state], bytes & ~Escaped, to);
                foreach (byte value in (bytes & Escaped).Members())
                {
                    string escape = Escape(value);
                    Add(edges[Place(escape[..^1])], ByteSet.Of((byte)escape[^1]), to);
                }
            }

            int Place(string before)
            {
                if (!places.TryGetValue(before, out int place))
                {
                    place = edges.Count;
                    edges.Add([]);
                    places.Add(before, place);
                    edges[Place(before[..^1])].Add((ByteSet.Of((byte)before[^1]), place));
                }

                return place;
            }
        }

        return new ByteAutomaton([.. edges.Select(list => list.ToArray())], [.. edges.Select((_, state) => state < texts.StateCount && texts.Accepts(state))], texts.Start);
    }

    private static string Escape(byte value)
    {
        int at = Short.IndexOf((char)value, StringComparison.Ordinal);
        return at >= 0 ? $"\\{ShortNames[at]}" : $"\\u00{value >> 4:x}{value & 15:x}";
    }

    private static void Add(List<(ByteSet Bytes, int To)> edges, ByteSet bytes, int to)
    {
        int same = edges.FindIndex(edge => edge.To == to);
        if (!bytes.IsEmpty && same >= 0)
        {
            edges[same] = (edges[same].Bytes | bytes, to);
        }
        else if (!bytes.IsEmpty)
        {
            edges.Add((bytes, to));
        }
    }
}
