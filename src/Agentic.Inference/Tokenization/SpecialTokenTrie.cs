using System.Buffers;
using System.Text;

namespace Agentic.Inference.Tokenization;

/// <summary>Finds special tokens by their text: leftmost, of those the longest. Immutable, linear in text × longest token.</summary>
internal sealed class SpecialTokenTrie
{
    private readonly Dictionary<(int Node, char Next), int> _edges = [];
    private readonly List<int> _tokenAt = [-1];
    private readonly SearchValues<char> _firsts;

    /// <summary>Builds the trie of the given tokens; those with empty or broken text are left out.</summary>
    public SpecialTokenTrie(TokenTable tokens, IEnumerable<int> ids)
    {
        HashSet<char> firsts = [];
        foreach (int id in ids)
        {
            string text = Encoding.UTF8.GetString(tokens.Bytes[id]);
            if (text.Length == 0 || text.Contains('\uFFFD'))
            {
                continue;
            }

            firsts.Add(text[0]);
            int node = 0;
            foreach (char c in text)
            {
                if (!_edges.TryGetValue((node, c), out int next))
                {
                    next = _tokenAt.Count;
                    _tokenAt.Add(-1);
                    _edges.Add((node, c), next);
                }

                node = next;
            }

            _tokenAt[node] = _tokenAt[node] < 0 ? id : _tokenAt[node];
        }

        _firsts = SearchValues.Create([.. firsts]);
    }

    /// <summary>The first special token in the text: where it begins, its id and length; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<char> text, out int id, out int length)
    {
        for (int at = 0; at < text.Length; at++)
        {
            int step = text[at..].IndexOfAny(_firsts);
            if (step < 0)
            {
                break;
            }

            at += step;
            (id, length) = (-1, 0);
            int node = 0;
            for (int i = at; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
            {
                if (_tokenAt[node] >= 0)
                {
                    (id, length) = (_tokenAt[node], i + 1 - at);
                }
            }

            if (id >= 0)
            {
                return at;
            }
        }

        (id, length) = (-1, 0);
        return -1;
    }
}
