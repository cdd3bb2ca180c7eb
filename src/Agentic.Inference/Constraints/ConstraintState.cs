using Agentic.Inference.Constraints.Earley;

namespace Agentic.Inference.Constraints;

/// <summary>Where one reply stands in its grammar. Not thread-safe; different states of one constraint may be used at the same time.</summary>
public sealed class ConstraintState
{
    private ConstraintMemory _memory;
    private ItemSet _set;
    private uint[]? _room;

    internal ConstraintState(TokenConstraint constraint, ConstraintMemory memory)
    {
        (Constraint, _memory) = (constraint, memory);
        lock (memory.Lock)
        {
            _set = memory.Table.Initial;
        }
    }

    private ConstraintState(ConstraintState other) => (Constraint, _memory, _set) = (other.Constraint, other._memory, other._set);

    /// <summary>The constraint.</summary>
    public TokenConstraint Constraint { get; }

    /// <summary>The reply is a word of the grammar and may end here.</summary>
    public bool CanEnd => _set.Ended.Length > 0;

    /// <summary>The reply is a word and no longer one begins with it.</summary>
    public bool MustEnd => CanEnd && _set.Kernel.Length == _set.Ended.Length;

    /// <summary>One bit a token, 32 to a word, set = may come next; tokens that end a reply when <see cref="CanEnd"/>. Only to be read, and valid until this state is asked again or goes on; states forked from it have bits of their own.</summary>
    /// <exception cref="GrammarException">The grammar is too ambiguous to go on.</exception>
    public uint[] AllowedBits
    {
        get
        {
            KeepMemoryBounded();
            lock (_memory.Lock)
            {
                return _memory.Masks.Mask(_set).Bits(ref _room, _memory.Words);
            }
        }
    }

    /// <summary>Fewest bytes after which the reply may end; 0 when it may end now.</summary>
    public long BytesToEnd
    {
        get
        {
            lock (_memory.Lock)
            {
                return Closing.Bytes(_memory.Table, _set);
            }
        }
    }

    /// <summary>Goes on by a token. A token that ends the reply changes nothing.</summary>
    /// <param name="token">A token of <see cref="AllowedBits"/>.</param>
    /// <exception cref="ArgumentException">The token is not allowed; the state is as before.</exception>
    public void Accept(int token)
    {
        if (!TryAccept(token))
        {
            throw new ArgumentException($"Token {token} is not allowed here.", nameof(token));
        }
    }

    /// <summary>Goes on by a token if it is allowed; otherwise the state is as before.</summary>
    public bool TryAccept(int token)
    {
        if ((uint)token >= (uint)Constraint.Tokenizer.VocabularySize)
        {
            return false;
        }

        if (Constraint.Tokenizer.EndTokens.Contains(token))
        {
            return CanEnd;
        }

        ReadOnlySpan<byte> bytes = Constraint.Tokenizer.TokenBytes(token);
        return (!Constraint.Tokenizer.IsSpecial(token) || Constraint.Shown.Contains(token)) && bytes.Length > 0 && TryAccept(bytes);
    }

    /// <summary>Goes on by some bytes, as text that was put in without the model; otherwise the state is as before.</summary>
    public bool TryAccept(ReadOnlySpan<byte> bytes)
    {
        KeepMemoryBounded();
        lock (_memory.Lock)
        {
            ItemSet? set = _set;
            foreach (byte value in bytes)
            {
                set = _memory.Table.Step(set, value);
                if (set is null)
                {
                    return false;
                }
            }

            _set = set;
            return true;
        }
    }

    /// <summary>Whether so many tokens suffice to end the reply. An end that is longer than they can be is not spelled out, however long it is.</summary>
    internal bool EndsWithin(int tokens)
    {
        long bytes = BytesToEnd;
        return bytes <= tokens || (bytes <= (long)tokens * Constraint.Trie.Longest && ShortestEnd().Length <= tokens);
    }

    /// <summary>The bytes of a shortest text that ends the reply, spelled in the fewest tokens; none when it may end now.</summary>
    public int[] ShortestEnd()
    {
        lock (_memory.Lock)
        {
            return Constraint.Trie.Spell(Closing.Text(_memory.Table, _set));
        }
    }

    /// <summary>A state of its own at the same place; costs next to nothing.</summary>
    public ConstraintState Fork() => new(this);

    private void KeepMemoryBounded()
    {
        if (_memory.IsFull)
        {
            ConstraintMemory other = Constraint.Memory(_memory);
            _set = other.Adopt(_set);
            _memory = other;
        }
    }
}
