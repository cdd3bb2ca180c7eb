namespace Agentic.Fuzz.Tests.Constraints;

/// <summary>Regular expressions in the syntax that this engine and .NET share, all ASCII, so that one can judge the other.</summary>
internal static class Patterns
{
    public const string Negated = "[^a-z\\n\\r]";
    private static readonly string[] Atoms = ["a", "b", "cat", "0", "-", "\\d", "\\w", "[a-c]", Negated, "[0-9a-f]", "\\.", "(?:ab|a)", "x", " ", "[ -~]", "\\\\", "\""];
    private static readonly string[] Marks = ["*", "+", "?", "{2}", "{0,3}", "{1,}", "*?", "{3,70}", "{0}"];

    /// <summary>A pattern without anchors.</summary>
    public static string Make(Random random, int depth = 3)
    {
        string Part() => Make(random, depth - 1);
        return random.Next(depth == 0 ? 2 : 8) switch
        {
            < 2 => Atoms[random.Next(Atoms.Length)],
            2 => $"({Part()}|{Part()})",
            3 => $"(?:{Part()}|{Part()}|)",
            4 => $"({Part()}){Marks[random.Next(Marks.Length)]}",
            _ => Part() + Part(),
        };
    }
}
