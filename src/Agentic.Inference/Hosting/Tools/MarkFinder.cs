using System.Text;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Looks for a mark in a stream of text. What may be its beginning is held back, and the white space before it.</summary>
internal sealed class MarkFinder(string mark)
{
    private readonly StopAutomaton _automaton = new([mark]);
    private readonly StringBuilder _held = new();
    private int _state;

    /// <summary>Takes a text up to the mark.</summary>
    /// <param name="text">More text.</param>
    /// <param name="certain">What is certain to stand before the mark, or not to belong to one; of white space at its end only what is not held back.</param>
    /// <returns>The number of characters of <paramref name="text"/> up to the end of the mark; −1 when it is not complete.</returns>
    public int Append(string text, out string certain)
    {
        for (int i = 0; i < text.Length; i++)
        {
            _held.Append(text[i]);
            _state = _automaton.Next(_state, text[i]);
            if (_automaton.MatchLength(_state) > 0)
            {
                certain = _held.ToString(0, _held.Length - mark.Length).TrimEnd();
                return i + 1;
            }
        }

        int end = _held.Length - _automaton.Depth(_state);
        while (end > 0 && char.IsWhiteSpace(_held[end - 1]))
        {
            end--;
        }

        certain = _held.ToString(0, end);
        _held.Remove(0, end);
        return -1;
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush() => _held.ToString();
}
