namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>What stands between <c>(?</c> and the body of a group.</summary>
internal static class GroupKinds
{
    // Longer marks before their beginnings.
    private static readonly (string Mark, string Kind, string Hint)[] Refused =
    [
        ("<=", "Lookbehind", "Say what may stand there instead."),
        ("<!", "Lookbehind", "Say what may stand there instead."),
        ("=", "Lookahead", "Say what may follow instead."),
        ("!", "Lookahead", "Say what may follow instead."),
        (">", "An atomic group", "Use (?:…)."),
        ("(", "A conditional group", "Use an alternation."),
        ("#", "A comment", "Leave it out."),
        ("|", "A branch reset group", "Use (?:…)."),
        ("P=", "A backreference", "Repeat the texts that are meant."),
        ("P>", "A recursive group", "Use a grammar with rules."),
        ("&", "A recursive group", "Use a grammar with rules."),
        ("R", "A recursive group", "Use a grammar with rules."),
    ];

    /// <summary>Reads the mark of a group that only groups; refuses the others by name.</summary>
    public static void Read(SourceReader reader, int at)
    {
        if (reader.TryRead(":"))
        {
            return;
        }

        foreach ((string mark, string kind, string hint) in Refused)
        {
            if (reader.TryRead(mark))
            {
                throw reader.Error($"{kind} is not supported", hint, at);
            }
        }

        if (reader.TryRead("P<") || reader.TryRead("<"))
        {
            int length = 0;
            for (; reader.Peek() is >= '0' and <= '9' or >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' or '$' or > 0x7F; length++)
            {
                reader.Read();
            }

            if (length == 0 || !reader.TryRead(">"))
            {
                throw reader.Error("The name of a group is not ended by '>' or has other characters than letters, digits and '_'", null, at);
            }

            return;
        }

        throw reader.Peek() is '-' or >= 'a' and <= 'z'
            ? reader.Error("Inline flags are not supported", "Write both cases, as in [aA].", at)
            : reader.Error($"A group cannot begin with '(?' and {SourceReader.Show(reader.Peek())}", "Write (?:…) for a group.", at);
    }
}
