using Agentic.Inference.Constraints.Earley;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// Finds the tokens that a set allows by walking the token trie. What items allow by themselves is found once for all surroundings; where their
/// rules end inside a token, the walk goes on in the surroundings at hand, through a small part of the trie. Text that is taken as it comes is not
/// walked, and short tokens see so little ahead that most sets are alike to them.
/// </summary>
/// <param name="table">The sets, locked by the caller.</param>
/// <param name="trie">The vocabulary.</param>
/// <param name="ends">Tokens that end a reply.</param>
/// <param name="words">32-bit words of a mask.</param>
internal sealed class MaskBuilder(ItemSetTable table, TokenTrie trie, IReadOnlyCollection<int> ends, int words)
{
    // Fewer tokens than this are read before it is asked whether they need to be.
    private const int FewTokens = 24;
    private readonly ItemSet[] _path = new ItemSet[trie.Longest + 1];
    private readonly uint[] _bits = new uint[words];
    private readonly uint[] _alone = new uint[words];
    private readonly TextRunFinder _texts = new(table, trie.Writable);
    private readonly SurroundingsCut _cut = new(table);

    /// <summary>The tokens allowed after a text that led to <paramref name="set"/>.</summary>
    public TokenMask Mask(ItemSet set)
    {
        set = set.Far;
        if (set.Mask is not null)
        {
            return set.Mask;
        }

        Array.Clear(_bits);
        if (ReferenceEquals(set, set.Near))
        {
            Add(set, near: true);
        }
        else
        {
            Short(set.Near).AddTo(_bits);
        }

        Add(set, near: false);
        if (set.Ended.Length > 0)
        {
            foreach (int id in ends)
            {
                _bits[id >> 5] |= 1u << id;
            }
        }

        set.Mask = new TokenMask(_bits);
        table.Weight += set.Mask.Weight;
        return set.Mask;
    }

    /// <summary>The short tokens of a set that stands for many.</summary>
    private TokenMask Short(ItemSet set)
    {
        if (set.Short is null)
        {
            Add(set, near: true);
            set.Short = new TokenMask(_bits);
            table.Weight += set.Short.Weight;
            Array.Clear(_bits);
        }

        return set.Short;
    }

    private void Add(ItemSet set, bool near)
    {
        foreach ((ItemSet origin, ItemSet alone) in _cut.Cut(set))
        {
            MaskPart part = near ? alone.NearPart ??= Walk(alone, near) : alone.FarPart ??= Walk(alone, near);
            part.Tokens.AddTo(_bits);
            if (!origin.IsOpen)
            {
                foreach ((int node, int rule) in part.Escapes)
                {
                    Walk(node, table.Return(origin, rule), _bits, null);
                }
            }
        }
    }

    /// <summary>Walks the tries of short or of long tokens from a set with open surroundings.</summary>
    private MaskPart Walk(ItemSet alone, bool near)
    {
        Array.Clear(_alone);
        var escapes = new List<(int, int)>();
        if (near)
        {
            TextRun run = _texts.Find(alone);
            if (run.Full)
            {
                TokenMask.Or(_alone, trie.Text.Tokens(run.Points));
            }

            if (!run.Full || (run.Points < TokenTrie.ShortBytes && !run.Stops))
            {
                Walk(trie.Roots[0], alone, _alone, escapes);
            }

            Walk(trie.Roots[1], alone, _alone, escapes);
        }
        else
        {
            Walk(trie.Roots[2], alone, _alone, escapes);
        }

        var part = new MaskPart(new TokenMask(_alone), [.. escapes]);
        table.Weight += part.Weight;
        return part;
    }

    private void Walk(int root, ItemSet set, uint[] bits, List<(int, int)>? escapes)
    {
        byte[] bytes = trie.Bytes;
        int[] depths = trie.Depths, ends = trie.Ends;
        int plain = ends[trie.Roots[0]];
        _path[depths[root]] = set;
        for (int node = root + 1, end = ends[root]; node < end;)
        {
            int depth = depths[node];
            ItemSet? next = table.Step(_path[depth - 1], bytes[node]);
            if (next is null)
            {
                node = ends[node];
                continue;
            }

            if (node < plain && ends[node] - node >= FewTokens && trie.Text.IsBelow(node, _texts.Find(next)))
            {
                foreach (int id in trie.TokensFrom(node))
                {
                    bits[id >> 5] |= 1u << id;
                }

                node = ends[node];
                continue;
            }

            _path[depth] = next;
            foreach (int id in trie.Tokens(node))
            {
                bits[id >> 5] |= 1u << id;
            }

            if (escapes is not null && next.Ended.Length > 0 && ends[node] > node + 1)
            {
                foreach (int rule in next.Ended)
                {
                    escapes.Add((node, rule));
                }
            }

            node++;
        }
    }
}
