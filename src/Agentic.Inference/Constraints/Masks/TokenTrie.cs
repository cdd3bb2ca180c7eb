using System.Runtime.CompilerServices;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>The ordinary tokens of a vocabulary as a trie over their bytes, in preorder: a subtree is a run of nodes. Immutable, one a tokenizer.</summary>
internal sealed class TokenTrie
{
    private static readonly ConditionalWeakTable<Tokenizer, Dictionary<string, TokenTrie>> Known = [];
    private readonly int[] _firstToken;
    private readonly int[] _tokens;

    private TokenTrie(Tokenizer tokenizer, IReadOnlySet<int> shown)
    {
        // Marks of the format are no text, unless they are to be shown; tokens that end a reply are allowed by position, not by their names.
        int[] ids = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id =>
            (!tokenizer.IsSpecial(id) || shown.Contains(id)) && !tokenizer.EndTokens.Contains(id) && tokenizer.TokenBytes(id).Length > 0)];
        Array.Sort(ids, (one, other) => tokenizer.TokenBytes(one).SequenceCompareTo(tokenizer.TokenBytes(other)));
        var bytes = new List<byte> { 0 };
        var depths = new List<int> { 0 };
        var first = new List<int> { 0 };
        ReadOnlySpan<byte> before = [];
        for (int i = 0; i < ids.Length; i++)
        {
            ReadOnlySpan<byte> text = tokenizer.TokenBytes(ids[i]);
            for (int depth = text.CommonPrefixLength(before); depth < text.Length; depth++)
            {
                bytes.Add(text[depth]);
                depths.Add(depth + 1);
                first.Add(i);
            }

            if (text.Length == 1)
            {
                Writable |= ByteSet.Of(text[0]);
            }

            Longest = Math.Max(Longest, text.Length);
            before = text;
        }

        first.Add(ids.Length);
        (Bytes, Depths, _firstToken, _tokens) = ([.. bytes], [.. depths], [.. first], ids);
        // A node made for the first of some tokens belongs to it only if that token ends there.
        for (int node = _firstToken.Length - 2; node >= 0; node--)
        {
            if (_firstToken[node] < ids.Length && tokenizer.TokenBytes(ids[_firstToken[node]]).Length != Depths[node])
            {
                _firstToken[node] = _firstToken[node + 1];
            }
        }

        Ends = new int[Bytes.Length];
        var open = new Stack<int>();
        for (int node = 0; node <= Bytes.Length; node++)
        {
            while (open.TryPeek(out int top) && (node == Bytes.Length || Depths[top] >= Depths[node]))
            {
                Ends[open.Pop()] = node;
            }

            open.Push(node);
        }
    }

    /// <summary>The last byte of every node.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes from the root, whose depth is 0.</summary>
    public int[] Depths { get; }

    /// <summary>The node after a node's subtree.</summary>
    public int[] Ends { get; }

    /// <summary>Bytes of the longest token.</summary>
    public int Longest { get; }

    /// <summary>The bytes that are tokens by themselves: with them alone any text can be finished.</summary>
    public ByteSet Writable { get; }

    /// <summary>The trie of a tokenizer with some marks of the format as text, built once.</summary>
    public static TokenTrie Of(Tokenizer tokenizer, IReadOnlySet<int> shown)
    {
        Dictionary<string, TokenTrie> tries = Known.GetOrCreateValue(tokenizer);
        lock (tries)
        {
            string key = string.Join(',', shown.Order());
            return tries.TryGetValue(key, out TokenTrie? known) ? known : tries[key] = new TokenTrie(tokenizer, shown);
        }
    }

    /// <summary>The tokens with exactly the bytes of a node.</summary>
    public ReadOnlySpan<int> Tokens(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[node + 1]);

    /// <summary>The fewest tokens that spell some bytes, all of them writable.</summary>
    public int[] Spell(ReadOnlySpan<byte> bytes)
    {
        var best = new (int Count, int Token)[bytes.Length + 1];
        int[] next = new int[bytes.Length + 1];
        for (int at = bytes.Length - 1; at >= 0; at--)
        {
            best[at] = (int.MaxValue, -1);
            int node = 0;
            for (int end = at; end < bytes.Length && (node = Child(node, bytes[end])) >= 0; end++)
            {
                if (Tokens(node).Length > 0 && best[end + 1].Count < int.MaxValue && best[end + 1].Count + 1 <= best[at].Count)
                {
                    best[at] = (best[end + 1].Count + 1, Tokens(node)[0]);
                    next[at] = end + 1;
                }
            }
        }

        var tokens = new List<int>();
        for (int at = 0; at < bytes.Length; at = next[at])
        {
            tokens.Add(best[at].Token);
        }

        return [.. tokens];
    }

    private int Child(int node, byte value)
    {
        for (int child = node + 1; child < Ends[node]; child = Ends[child])
        {
            if (Bytes[child] == value)
            {
                return child;
            }
        }

        return -1;
    }
}
