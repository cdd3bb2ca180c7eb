using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>
/// Finished sequences that are kept for prompts with the same beginning, most recently used last. Whole pages only, so that a fork never
/// writes to a page that it shares. Found by comparing token ids: exact.
/// </summary>
internal sealed class PrefixStore(int capacity)
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly List<(int[] Tokens, KvSequence Sequence)> _entries = [];

    /// <summary>A fork of the kept sequence that shares most with a prompt, cut to whole pages of the common beginning.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="most">Most tokens to take over.</param>
    /// <returns>Null when less than a page is shared.</returns>
    public KvSequence? Match(ReadOnlySpan<int> prompt, int most)
    {
        int best = -1;
        int length = PageTokens - 1;
        for (int i = 0; i < _entries.Count; i++)
        {
            int common = Math.Min(most, prompt.CommonPrefixLength(_entries[i].Tokens)) / PageTokens * PageTokens;
            if (common > length)
            {
                (best, length) = (i, common);
            }
        }

        if (best < 0)
        {
            return null;
        }

        var entry = _entries[best];
        _entries.RemoveAt(best);
        _entries.Add(entry);
        KvSequence fork = entry.Sequence.Fork();
        fork.Truncate(length);
        return fork;
    }

    /// <summary>Takes over a sequence, whose tokens these are, or disposes it when it holds nothing new.</summary>
    public void Keep(ReadOnlySpan<int> tokens, KvSequence sequence)
    {
        int length = Math.Min(sequence.Length, tokens.Length) / PageTokens * PageTokens;
        if (capacity == 0 || length == 0 || Holds(tokens[..length]))
        {
            sequence.Dispose();
            return;
        }

        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (tokens[..length].StartsWith(_entries[i].Tokens))
            {
                RemoveAt(i);
            }
        }

        if (_entries.Count == capacity)
        {
            RemoveAt(0);
        }

        sequence.Truncate(length);
        _entries.Add((tokens[..length].ToArray(), sequence));
    }

    /// <summary>Gives up the entry that was used least recently.</summary>
    /// <returns>False when there is none.</returns>
    public bool DropOldest()
    {
        if (_entries.Count == 0)
        {
            return false;
        }

        RemoveAt(0);
        return true;
    }

    private bool Holds(ReadOnlySpan<int> tokens)
    {
        foreach (var entry in _entries)
        {
            if (entry.Tokens.AsSpan().StartsWith(tokens))
            {
                return true;
            }
        }

        return false;
    }

    private void RemoveAt(int index)
    {
        _entries[index].Sequence.Dispose();
        _entries.RemoveAt(index);
    }
}
