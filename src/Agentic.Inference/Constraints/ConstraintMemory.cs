using Agentic.Inference.Constraints.Earley;
using Agentic.Inference.Constraints.Masks;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Constraints;

/// <summary>What replies under one constraint have found out so far. Used under its own lock.</summary>
internal sealed class ConstraintMemory
{
    public ConstraintMemory(Machine machine, TokenTrie trie, Tokenizer tokenizer)
    {
        Words = (tokenizer.VocabularySize + 31) / 32;
        Table = new ItemSetTable(machine, Math.Min(TokenTrie.ShortBytes, trie.Longest), trie.Longest);
        Masks = new MaskBuilder(Table, trie, tokenizer.EndTokens, Words);
    }

    public Lock Lock { get; } = new();

    public ItemSetTable Table { get; }

    public MaskBuilder Masks { get; }

    /// <summary>32-bit words of a mask.</summary>
    public int Words { get; }
}
