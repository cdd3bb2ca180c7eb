using System.Text.RegularExpressions;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>Says whether a reply may replace the previous unit. Chatter about the summary never does.</summary>
internal static partial class UnitValidator
{
    /// <summary>A unit that shrinks below this share of the one before has lost something.</summary>
    private const double LeastShare = 0.4;

    /// <summary>Units shorter than this, in tokens, may shrink freely.</summary>
    private const int ShortUnit = 60;

    /// <returns>Why the reply is not acceptable, or null.</returns>
    public static string? Refuse(string reply, ProseUnit previous, ITokenCounter counter)
    {
        if (IsChatter(reply))
        {
            return "It speaks about the summary instead of being one. Write the merged summary itself.";
        }

        int before = counter.CountText(previous.Text);
        return before > ShortUnit && counter.CountText(reply) < LeastShare * before
            ? "It lost most of the earlier summary. Keep what the earlier summary says and add to it."
            : null;
    }

    /// <summary>Whether a reply only comments, such as "no change needed" or "the text does not mention it".</summary>
    public static bool IsChatter(string reply) =>
        reply.Length < 400 && Chatter().IsMatch(reply);

    [GeneratedRegex(
        @"\A\W*(?:(?:there (?:is|are) )?no (?:changes?|updates?|new information|relevant information|additional information|modifications?)\b"
        + @"|(?:the )?(?:previous |existing |earlier |current )?(?:summary|answer|text|chunk|passage) (?:remains|is (?:unchanged|sufficient|still)|does not (?:need|require|contain|mention|provide)|doesn't|needs no)"
        + @"|(?:i(?:'m| am) (?:sorry|unable|an ai)|i can(?:not|'t)|as an ai|sure[,!.]|certainly[,!.]|okay[,!.]|none\W*\z|n/a\W*\z|not applicable|nothing (?:to add|new|relevant))"
        + @"|(?:please provide|could you (?:please )?provide))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Chatter();
}
