using System.Text;

namespace Agentic.Inference.Hosting;

/// <summary>Looks for stop texts in a stream of text, and holds back what may be the beginning of one.</summary>
internal sealed class StopMatcher
{
    private readonly string[] _stops;
    private readonly StringBuilder _held = new();

    public StopMatcher(IEnumerable<string> stops) => _stops = [.. stops.Where(stop => stop.Length > 0)];

    /// <summary>True once a stop text was found: nothing more comes out.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes text and returns what is certain not to belong to a stop text.</summary>
    public string Append(string text)
    {
        if (Found)
        {
            return "";
        }

        if (_stops.Length == 0)
        {
            return text;
        }

        string all = _held.Append(text).ToString();
        _held.Clear();
        int first = -1;
        foreach (string stop in _stops)
        {
            int at = all.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }

        if (first >= 0)
        {
            Found = true;
            return all[..first];
        }

        int certain = all.Length - LongestBeginning(all);
        _held.Append(all, certain, all.Length - certain);
        return all[..certain];
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush()
    {
        string rest = Found ? "" : _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>Length of the longest end of the text with which a stop text begins.</summary>
    private int LongestBeginning(string text)
    {
        int longest = 0;
        foreach (string stop in _stops)
        {
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
