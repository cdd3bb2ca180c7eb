using System.Text.RegularExpressions;

namespace Agentic.Reading;

/// <summary>What of a reply is the answer.</summary>
internal static partial class AnswerText
{
    /// <summary>The answer without a label before it; empty when the reply says that the documents do not tell.</summary>
    public static string Clean(string reply)
    {
        string text = Label().Replace(reply.Trim(), "").Trim();
        return SaysNotFound(text) ? "" : text;
    }

    /// <summary>Whether a reply is the sentinel, alone or as its beginning.</summary>
    public static bool SaysNotFound(string text) => Sentinel().IsMatch(text);

    [GeneratedRegex(
        @"\A\W*(?:NOT[ _]FOUND\b|(?i:not found)\W*\z|(?i:not found in the (?:facts|texts?|documents?|summary|passages?)))",
        RegexOptions.CultureInvariant)]
    private static partial Regex Sentinel();

    [GeneratedRegex(@"\A\W{0,4}(?:final |short )?answer\W{0,4}:\W{0,4}(?=\S)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
