using System.Runtime.CompilerServices;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// The ordinary tokens of a vocabulary as tries over their bytes, in preorder: a subtree is a run of nodes. Three tries one after the other:
/// plain text (<see cref="PlainText"/>), other short tokens, and long ones. Immutable, one a tokenizer.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>Tokens of more bytes than this are in the trie of long ones: few, and the only ones that see far ahead.</summary>
    public const int ShortBytes = 16;

    private static readonly ConditionalWeakTable<Tokenizer, Dictionary<string, TokenTrie>> Known = [];
    private readonly int[] _firstToken;
    private readonly int[] _tokens;

    private TokenTrie(Tokenizer tokenizer, IReadOnlySet<int> shown)
    {
        // Marks of the format are no text, unless they are to be shown; tokens that end a reply are allowed by position, not by their names.
        int[] ids = [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id =>
            (!tokenizer.IsSpecial(id) || shown.Contains(id)) && !tokenizer.EndTokens.Contains(id) && tokenizer.TokenBytes(id).Length > 0)];
        foreach (int id in ids.Where(id => tokenizer.TokenBytes(id).Length == 1))
        {
            Writable |= ByteSet.Of(tokenizer.TokenBytes(id)[0]);
        }

        byte[] parts = [.. ids.Select(id => Part(tokenizer.TokenBytes(id)))];
        Array.Sort(parts, ids);
        Roots = new int[3];
        var (bytes, depths, first) = (new List<byte>(), new List<int>(), new List<int>());
        for (int part = 0, from = 0, to; part < Roots.Length; part++, from = to)
        {
            to = Array.FindLastIndex(parts, other => other <= part) + 1;
            ids.AsSpan(from..to).Sort((one, other) => tokenizer.TokenBytes(one).SequenceCompareTo(tokenizer.TokenBytes(other)));
            Roots[part] = bytes.Count;
            bytes.Add(0);
            depths.Add(0);
            first.Add(from);
            ReadOnlySpan<byte> before = [];
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<byte> text = tokenizer.TokenBytes(ids[i]);
                for (int depth = text.CommonPrefixLength(before); depth < text.Length; depth++)
                {
                    bytes.Add(text[depth]);
                    depths.Add(depth + 1);
                    first.Add(i);
                }

                Longest = Math.Max(Longest, text.Length);
                before = text;
            }
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

        Ends = SubtreeEnds(Depths);
        Text = new PlainText(this, tokenizer.VocabularySize);
    }

    /// <summary>The last byte of every node.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes from the root, whose depth is 0.</summary>
    public int[] Depths { get; }

    /// <summary>The node after a node's subtree.</summary>
    public int[] Ends { get; }

    /// <summary>The roots of plain text, of other short tokens and of long ones.</summary>
    public int[] Roots { get; }

    /// <summary>What is known of the plain text in it.</summary>
    public PlainText Text { get; }

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

    /// <summary>The tokens of a node and of all below it.</summary>
    public ReadOnlySpan<int> TokensFrom(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[Ends[node]]);

    /// <summary>The fewest tokens that spell some bytes, all of them writable.</summary>
    public int[] Spell(ReadOnlySpan<byte> bytes)
    {
        var best = new (int Count, int Token)[bytes.Length + 1];
        int[] next = new int[bytes.Length + 1];
        for (int at = bytes.Length - 1; at >= 0; at--)
        {
            best[at] = (int.MaxValue, -1);
            foreach (int root in Roots)
            {
                int node = root;
                for (int end = at; end < bytes.Length && (node = Child(node, bytes[end])) >= 0; end++)
                {
                    if (Tokens(node).Length > 0 && best[end + 1].Count < int.MaxValue && best[end + 1].Count + 1 <= best[at].Count)
                    {
                        best[at] = (best[end + 1].Count + 1, Tokens(node)[0]);
                        next[at] = end + 1;
                    }
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

    private byte Part(ReadOnlySpan<byte> text) => text.Length > ShortBytes ? (byte)2 : PlainText.IsPlain(text, Writable) ? (byte)0 : (byte)1;

    private static int[] SubtreeEnds(int[] depths)
    {
        int[] ends = new int[depths.Length];
        var open = new Stack<int>();
        for (int node = 0; node <= depths.Length; node++)
        {
            while (open.TryPeek(out int top) && (node == depths.Length || depths[top] >= depths[node]))
            {
                ends[open.Pop()] = node;
            }

            open.Push(node);
        }

        return ends;
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
