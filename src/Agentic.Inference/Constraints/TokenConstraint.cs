using System.Collections.Frozen;
using Agentic.Inference.Constraints.Earley;
using Agentic.Inference.Constraints.Masks;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Constraints;

/// <summary>
/// A grammar compiled for a tokenizer: which tokens may come next in a reply that must be one of its words. Immutable as seen from
/// outside and thread-safe; what replies find out is remembered and shared by all of them, up to
/// 64 MiB or twice what the replies under way need to know where they stand.
/// </summary>
/// <remarks>
/// <para>
/// A token is allowed exactly when its bytes continue the reply to the beginning of some word, wherever rules begin and end inside it:
/// the model is never made to spell what it would write in one token. Marks of the format are not allowed unless they are shown; tokens that end a reply are when it is a word.
/// </para>
/// <para>Bytes that the vocabulary cannot write alone are taken out of the grammar, so that a reply can always be finished.</para>
/// </remarks>
public sealed class TokenConstraint
{
    private readonly Machine _machine;
    private ConstraintMemory _memory;

    private TokenConstraint(Machine machine, Tokenizer tokenizer, IReadOnlySet<int> shown, TokenTrie trie)
    {
        (_machine, Tokenizer, Shown, Trie) = (machine, tokenizer, shown, trie);
        _memory = NewMemory();
    }

    /// <summary>The tokenizer whose ids are meant.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Marks of the format that count as the text of their names: a model may write them where a word of the grammar has that text.</summary>
    public IReadOnlySet<int> Shown { get; }

    internal TokenTrie Trie { get; }

    /// <summary>Compiles a grammar.</summary>
    /// <param name="grammar">What a reply must be a word of.</param>
    /// <param name="tokenizer">The tokenizer whose ids are meant.</param>
    /// <param name="shown">See <see cref="Shown"/>; tokens that end a reply are not among them. Null = none.</param>
    /// <exception cref="GrammarException">The grammar has no finite word that the vocabulary can write, or is too large.</exception>
    public static TokenConstraint Compile(Grammar grammar, Tokenizer tokenizer, IReadOnlySet<int>? shown = null)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        ArgumentNullException.ThrowIfNull(tokenizer);
        shown = shown?.ToFrozenSet() ?? FrozenSet<int>.Empty;
        var trie = TokenTrie.Of(tokenizer, shown);
        return new TokenConstraint(MachineCompiler.Compile(grammar, trie.Writable), tokenizer, shown, trie);
    }

    /// <summary>The state of a reply that has not begun.</summary>
    public ConstraintState Start() => new(this, Memory(null));

    /// <summary>Bytes that may be remembered, roughly; beyond, replies under way go on with no more than where they stand.</summary>
    internal long MaxMemory { get; set; } = 64L << 20;

    /// <summary>A memory with room: the present one, or a new one if that is full or is <paramref name="full"/>.</summary>
    internal ConstraintMemory Memory(ConstraintMemory? full)
    {
        ConstraintMemory memory = Volatile.Read(ref _memory);
        if (!memory.IsFull && !ReferenceEquals(memory, full))
        {
            return memory;
        }

        ConstraintMemory renewed = NewMemory();
        ConstraintMemory before = Interlocked.CompareExchange(ref _memory, renewed, memory);
        return ReferenceEquals(before, memory) ? renewed : before;
    }

    private ConstraintMemory NewMemory() => new(_machine, Trie, Tokenizer, MaxMemory);
}
