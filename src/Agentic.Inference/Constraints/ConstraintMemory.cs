using Agentic.Inference.Constraints.Earley;
using Agentic.Inference.Constraints.Masks;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Constraints;

/// <summary>What replies under one constraint have found out so far. Used under its own lock.</summary>
internal sealed class ConstraintMemory
{
    private long _limit;
    private long _needed;

    /// <param name="machine">The grammar.</param>
    /// <param name="trie">The vocabulary.</param>
    /// <param name="tokenizer">Whose ids are meant.</param>
    /// <param name="limit">Beyond so many bytes it is given up for a new one.</param>
    public ConstraintMemory(Machine machine, TokenTrie trie, Tokenizer tokenizer, long limit)
    {
        _limit = limit;
        Words = (tokenizer.VocabularySize + 31) / 32;
        Table = new ItemSetTable(machine, Math.Min(TokenTrie.ShortBytes, trie.Longest), trie.Longest);
        Masks = new MaskBuilder(Table, trie, tokenizer.EndTokens, Words);
    }

    public Lock Lock { get; } = new();

    public ItemSetTable Table { get; }

    public MaskBuilder Masks { get; }

    /// <summary>32-bit words of a mask.</summary>
    public int Words { get; }

    /// <summary>It has outgrown its limit.</summary>
    public bool IsFull => Table.Weight > Volatile.Read(ref _limit);

    /// <summary>Takes over where a reply stands in another memory, and nothing else of that.</summary>
    public ItemSet Adopt(ItemSet set)
    {
        lock (Lock)
        {
            long before = Table.Weight;
            set = Table.Adopt(set);
            // What replies under way need stays, however much it is: otherwise each of their steps would begin anew.
            _needed += Table.Weight - before;
            _limit = Math.Max(_limit, 2 * _needed);
            return set;
        }
    }
}
