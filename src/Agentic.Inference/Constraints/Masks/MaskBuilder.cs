using Agentic.Inference.Constraints.Earley;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// Finds the tokens that a set allows by walking the token trie. What the items of one origin allow by themselves is found once for all
/// surroundings; where their rules end inside a token, the walk goes on in the surroundings at hand, through a small part of the trie.
/// </summary>
/// <param name="table">The sets, locked by the caller.</param>
/// <param name="trie">The vocabulary.</param>
/// <param name="ends">Tokens that end a reply.</param>
/// <param name="words">32-bit words of a mask.</param>
internal sealed class MaskBuilder(ItemSetTable table, TokenTrie trie, IReadOnlyCollection<int> ends, int words)
{
    private readonly ItemSet[] _path = new ItemSet[trie.Longest + 1];

    /// <summary>The tokens allowed after a text that led to <paramref name="set"/>.</summary>
    public TokenMask Mask(ItemSet set)
    {
        set = set.Saturated;
        if (set.Mask is not null)
        {
            return set.Mask;
        }

        uint[] bits = new uint[words];
        Item[] kernel = set.Kernel;
        for (int from = 0, to; from < kernel.Length; from = to)
        {
            ItemSet origin = kernel[from].Origin;
            for (to = from; to < kernel.Length && ReferenceEquals(kernel[to].Origin, origin); to++)
            {
            }

            Item[] group = [.. kernel[from..to].Where(item => item.State >= 0).Select(item => item with { Origin = table.Hole }).Order()];
            if (group.Length > 0)
            {
                Surround(Alone(table.Intern(group)), origin, bits);
            }
        }

        if (set.Ended.Length > 0)
        {
            foreach (int id in ends)
            {
                bits[id >> 5] |= 1u << id;
            }
        }

        set.Mask = new TokenMask(bits);
        table.Weight += set.Mask.Weight;
        return set.Mask;
    }

    /// <summary>Walks the trie from a set with open surroundings.</summary>
    private ItemSet Alone(ItemSet set)
    {
        if (set.Mask is null)
        {
            uint[] bits = new uint[words];
            var escapes = new List<(int, int)>();
            Walk(0, set, bits, escapes);
            set.Escapes = [.. escapes];
            set.Mask = new TokenMask(bits);
            table.Weight += set.Mask.Weight + (8 * escapes.Count);
        }

        return set;
    }

    private void Surround(ItemSet alone, ItemSet origin, uint[] bits)
    {
        alone.Mask!.AddTo(bits);
        if (!origin.IsOpen)
        {
            foreach ((int node, int rule) in alone.Escapes!)
            {
                Walk(node, table.Return(origin, rule), bits, null);
            }
        }
    }

    private void Walk(int root, ItemSet set, uint[] bits, List<(int, int)>? escapes)
    {
        _path[trie.Depths[root]] = set;
        for (int node = root + 1, end = trie.Ends[root]; node < end;)
        {
            int depth = trie.Depths[node];
            ItemSet? next = table.Step(_path[depth - 1], trie.Bytes[node]);
            if (next is null)
            {
                node = trie.Ends[node];
                continue;
            }

            _path[depth] = next;
            foreach (int id in trie.Tokens(node))
            {
                bits[id >> 5] |= 1u << id;
            }

            if (escapes is not null && next.Ended.Length > 0 && trie.Ends[node] > node + 1)
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
