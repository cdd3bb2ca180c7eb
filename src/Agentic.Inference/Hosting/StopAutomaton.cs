using System.Runtime.InteropServices;

namespace Agentic.Inference.Hosting;

/// <summary>
/// Finds any of many texts in one pass (Aho and Corasick, "Efficient string matching", 1975): a state is the longest end of what was read
/// that begins one of them. State 0 is the start. Immutable.
/// </summary>
internal sealed class StopAutomaton
{
    private readonly Dictionary<long, int> _next = [];
    private readonly List<int> _depth = [0];
    private readonly int[] _fallback;
    private readonly int[] _match;

    public StopAutomaton(IReadOnlyList<string> texts)
    {
        List<(int Parent, char Symbol)> entries = [(0, '\0')];
        var ends = new HashSet<int>();
        foreach (string text in texts)
        {
            int state = 0;
            foreach (char symbol in text)
            {
                ref int child = ref CollectionsMarshal.GetValueRefOrAddDefault(_next, Key(state, symbol), out bool exists);
                if (!exists)
                {
                    child = entries.Count;
                    entries.Add((state, symbol));
                    _depth.Add(_depth[state] + 1);
                }

                state = child;
            }

            ends.Add(state);
        }

        _fallback = new int[entries.Count];
        _match = new int[entries.Count];
        // A state falls back to a shorter one, so shorter ones first.
        foreach (int state in Enumerable.Range(1, entries.Count - 1).OrderBy(state => _depth[state]))
        {
            (int parent, char symbol) = entries[state];
            _fallback[state] = parent == 0 ? 0 : Next(_fallback[parent], symbol);
            _match[state] = ends.Contains(state) ? _depth[state] : _match[_fallback[state]];
        }
    }

    /// <summary>The state after one more character.</summary>
    public int Next(int state, char symbol)
    {
        int next;
        while (!_next.TryGetValue(Key(state, symbol), out next) && state != 0)
        {
            state = _fallback[state];
        }

        return next;
    }

    /// <summary>Characters at the end of what was read that begin one of the texts.</summary>
    public int Depth(int state) => _depth[state];

    /// <summary>Length of the longest text that ends here; 0 when none does.</summary>
    public int MatchLength(int state) => _match[state];

    private static long Key(int state, char symbol) => ((long)state << 16) | symbol;
}
