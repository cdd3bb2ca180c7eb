namespace Agentic.Reading;

/// <summary>How much two short texts share.</summary>
internal static class TextOverlap
{
    /// <summary>Harmonic mean of the shares of common words, case and marks ignored; two empty texts are equal.</summary>
    public static double F1(string a, string b)
    {
        List<string> first = Words(a);
        List<string> second = Words(b);
        if (first.Count == 0 || second.Count == 0)
        {
            return first.Count == second.Count ? 1 : 0;
        }

        var left = second.GroupBy(w => w, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        int common = 0;
        foreach (string word in first)
        {
            if (left.TryGetValue(word, out int n) && n > 0)
            {
                left[word] = n - 1;
                common++;
            }
        }

        return 2.0 * common / (first.Count + second.Count);
    }

    /// <summary>Runs of letters and digits, in lower case.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                words.Add(text[start..i].ToLowerInvariant());
                start = -1;
            }
        }

        return words;
    }
}
