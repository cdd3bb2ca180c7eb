using System.Text;

namespace Agentic.Evaluation;

/// <summary>Scores of short answers.</summary>
public static class QaMetrics
{
    /// <summary>Lower case, without ASCII punctuation and the words a, an, the, white space collapsed (the normalisation of SQuAD).</summary>
    public static string Normalise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsAscii(c) || !char.IsPunctuation(c) && !char.IsSymbol(c))
            {
                kept.Append(char.ToLowerInvariant(c));
            }
        }

        return string.Join(' ', kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(w => w is not ("a" or "an" or "the")));
    }

    /// <summary>Best sub-span match: whether any accepted answer, normalised, occurs in the answer, normalised.</summary>
    public static bool Holds(string answer, IEnumerable<string> accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        string normal = Normalise(answer);
        return accepted.Select(Normalise).Any(a => a.Length > 0 && normal.Contains(a, StringComparison.Ordinal));
    }

    /// <summary>Share of the accepted answers that occur in the answer.</summary>
    public static double ShareHeld(string answer, IReadOnlyCollection<string> accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        return accepted.Count == 0 ? 0 : (double)accepted.Count(a => Holds(answer, [a])) / accepted.Count;
    }

    /// <summary>The first words of an answer, so that length buys no score.</summary>
    public static string FirstWords(string answer, int words)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return string.Join(' ', answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(words));
    }

    /// <summary>The 95 % interval of Wilson for a mean of values in 0..1, as used for shares.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="count">Number of values.</param>
    public static (double Low, double High) Interval(double mean, int count)
    {
        if (count == 0)
        {
            return (0, 1);
        }

        const double Z = 1.959964;
        double spread = Z * Z / count;
        double centre = (mean + (spread / 2)) / (1 + spread);
        double half = Z * Math.Sqrt((mean * (1 - mean) / count) + (spread / (4 * count))) / (1 + spread);
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
