using System.Globalization;

namespace Agentic.Agents;

/// <summary>Options put to a model in words: lettered A to Z, numbered when they are more, and the one that its reply names.</summary>
internal static class OptionLabels
{
    private const int Letters = 26;

    /// <summary>The options with their labels and how to answer.</summary>
    public static string Question(IReadOnlyList<string> candidates)
    {
        string options = string.Join('\n', candidates.Select((candidate, i) => $"{Label(i, candidates.Count)}) {candidate}"));
        return $"Options:\n{options}\n\nReply with the {(candidates.Count > Letters ? "number" : "letter")} of the best option and nothing else.";
    }

    /// <summary>Index of the option that a reply names by its label or, alone among them, by its text; -1 for none.</summary>
    public static int Find(string reply, IReadOnlyList<string> candidates)
    {
        ReadOnlySpan<char> head = reply.AsSpan().TrimStart(" (*\"[");
        int length = candidates.Count > Letters ? head.Length - head.TrimStart("0123456789").Length : Math.Min(1, head.Length);
        ReadOnlySpan<char> after = head[length..].TrimStart("*\"]");
        // "A dog" begins with an article: a label stands alone or before a mark that ends it.
        if (length > 0 && (after.IsEmpty || after[0] is ')' or '.' or ':' or '\r' or '\n'))
        {
            for (int i = 0; i < candidates.Count; i++)
            {
                if (head[..length].Equals(Label(i, candidates.Count), StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }
        }

        int[] named = [.. Enumerable.Range(0, candidates.Count).Where(i => reply.Contains(candidates[i], StringComparison.OrdinalIgnoreCase))];
        return named.Length == 1 ? named[0] : -1;
    }

    private static string Label(int i, int count) =>
        count > Letters ? (i + 1).ToString(CultureInfo.InvariantCulture) : ((char)('A' + i)).ToString();
}
