using System.Globalization;
using System.Text.RegularExpressions;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>What an extracting worker reported, read tolerantly: fields in any order, bold or not, over several lines, in code fences.</summary>
/// <param name="Quotes">Quotations with their relevance, 0..5.</param>
/// <param name="Answer">A candidate answer; empty for none.</param>
/// <param name="Open">What is still to be found; empty for none.</param>
/// <param name="Complete">Whether the reply had any field or said that there is nothing.</param>
internal sealed partial record Extraction(IReadOnlyList<(string Text, double Relevance)> Quotes, string Answer, string Open, bool Complete)
{
    /// <summary>Relevance of a quotation that states none.</summary>
    private const double Unstated = 2.5;

    public static Extraction Parse(string reply)
    {
        string text = reply.Replace("```", "", StringComparison.Ordinal);
        MatchCollection fields = Field().Matches(text);
        var quotes = new List<(string, double)>();
        string answer = "";
        string open = "";
        for (int i = 0; i < fields.Count; i++)
        {
            int start = fields[i].Index + fields[i].Length;
            int end = i + 1 < fields.Count ? fields[i + 1].Index : text.Length;
            string value = text[start..end].Trim().Trim('*', ' ', '-').Trim();
            switch (fields[i].Groups[1].ValueSpan[0])
            {
                case 'Q' or 'q':
                    foreach (string quote in Unquote(value))
                    {
                        quotes.Add((quote, Unstated));
                    }

                    break;
                case 'R' or 'r' when quotes.Count > 0:
                    quotes[^1] = (quotes[^1].Item1, Level(value));
                    break;
                case 'A' or 'a':
                    // The last answer wins.
                    answer = IsNothing(value) ? "" : value.Trim('"');
                    break;
                case 'O' or 'o':
                    open = IsNothing(value) ? "" : value;
                    break;
            }
        }

        return new Extraction(quotes, answer, open, fields.Count > 0 || IsNothing(text));
    }

    /// <summary>"4", "4.5", "4/5", "4 points", "high"; clamped to 0..5.</summary>
    internal static double Level(string value)
    {
        Match number = Number().Match(value);
        if (number.Success && double.TryParse(number.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double level))
        {
            return Math.Clamp(level, 0, 5);
        }

        return value.Contains("high", StringComparison.OrdinalIgnoreCase) ? 5
            : value.Contains("low", StringComparison.OrdinalIgnoreCase) ? 1
            : Unstated;
    }

    internal static bool IsNothing(string value)
    {
        string bare = value.Trim().Trim('"', '.', '*', '(', ')', '-', ' ').Trim();
        return bare.Length == 0
            || bare.Equals("none", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("n/a", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("unknown", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("not found", StringComparison.OrdinalIgnoreCase)
            || bare.Equals("nothing", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Unquote(string value)
    {
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string quote = line.Trim('"', '“', '”', '-', '*', ' ').Trim();
            if (!IsNothing(quote))
            {
                yield return quote;
            }
        }
    }

    [GeneratedRegex(@"^[ \t>*#\-\d.)]*\b(quotes?|relevance|answer|open(?: questions?)?)\b[ \t*]*:[ \t*]*", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"\d+(?:\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
