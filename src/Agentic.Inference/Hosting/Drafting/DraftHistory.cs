using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Agentic.Inference.Hosting.Drafting;

/// <summary>The counted tokens of a reply and of a draft that goes on from it, without copying the former. A view: it changes with the reply.</summary>
internal sealed class DraftHistory : IReadOnlyDictionary<int, int>
{
    private readonly IReadOnlyDictionary<int, int> _reply;
    private readonly Dictionary<int, int> _draft = [];

    public DraftHistory(IReadOnlyDictionary<int, int> reply, ReadOnlySpan<int> draft)
    {
        _reply = reply;
        foreach (int token in draft)
        {
            _draft[token] = _draft.GetValueOrDefault(token) + 1;
        }
    }

    public int Count => _reply.Count + _draft.Keys.Count(token => !_reply.ContainsKey(token));

    public IEnumerable<int> Keys => this.Select(entry => entry.Key);

    public IEnumerable<int> Values => this.Select(entry => entry.Value);

    public int this[int key] => TryGetValue(key, out int count) ? count : throw new KeyNotFoundException();

    public bool ContainsKey(int key) => _reply.ContainsKey(key) || _draft.ContainsKey(key);

    public bool TryGetValue(int key, [MaybeNullWhen(false)] out int value)
    {
        value = _reply.GetValueOrDefault(key) + _draft.GetValueOrDefault(key);
        return value > 0;
    }

    public IEnumerator<KeyValuePair<int, int>> GetEnumerator()
    {
        foreach ((int token, int count) in _reply)
        {
            yield return new(token, count + _draft.GetValueOrDefault(token));
        }

        foreach ((int token, int count) in _draft)
        {
            if (!_reply.ContainsKey(token))
            {
                yield return new(token, count);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
