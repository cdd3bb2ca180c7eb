using System.Text;

namespace Agentic.Inference.Hosting;

/// <summary>
/// Looks for stop texts in a stream of text, and holds back what may be the beginning of one. The first to be complete wins, of those complete
/// at once the longest; how the stream is split makes no difference.
/// </summary>
internal sealed class StopMatcher
{
    private readonly StopAutomaton? _automaton;
    private readonly StringBuilder _held = new();
    private int _state;

    public StopMatcher(IEnumerable<string> stops)
    {
        string[] texts = [.. stops.Where(stop => stop.Length > 0)];
        _automaton = texts.Length > 0 ? new StopAutomaton(texts) : null;
    }

    /// <summary>True once a stop text was found: nothing more comes out.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes text and returns what is certain not to belong to a stop text.</summary>
    public string Append(string text)
    {
        if (Found || text.Length == 0)
        {
            return "";
        }

        if (_automaton is null)
        {
            return text;
        }

        int before = _held.Length;
        for (int i = 0; i < text.Length; i++)
        {
            _state = _automaton.Next(_state, text[i]);
            if (_automaton.MatchLength(_state) is > 0 and int length)
            {
                Found = true;
                return _held.Append(text).ToString(0, before + i + 1 - length);
            }
        }

        _held.Append(text);
        int certain = _held.Length - _automaton.Depth(_state);
        string result = _held.ToString(0, certain);
        _held.Remove(0, certain);
        return result;
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush()
    {
        string rest = Found ? "" : _held.ToString();
        _held.Clear();
        _state = 0;
        return rest;
    }
}
