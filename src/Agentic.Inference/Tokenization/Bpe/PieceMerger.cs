namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>Applies merges to one piece: lowest rank first, leftmost among equals. Reuses its buffers; one thread at a time.</summary>
/// <remarks>Short pieces are scanned again after each merge; long ones use a heap over a linked list, O(n log n).</remarks>
internal sealed class PieceMerger(MergeTable merges)
{
    private const int ShortPiece = 64;
    private const int KeptLength = 1 << 16;

    private readonly int[] _ranks = new int[ShortPiece];
    private readonly int[] _results = new int[ShortPiece];
    private Node[] _nodes = [];
    private long[] _heap = [];
    private int _heapCount;

    /// <summary>Merges in place; returns how many symbols are left at the front.</summary>
    public int Merge(Span<int> symbols) => symbols.Length <= ShortPiece ? MergeShort(symbols) : MergeLong(symbols);

    private int MergeShort(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<int> ranks = _ranks;
        Span<int> results = _results;
        for (int i = 0; i + 1 < count; i++)
        {
            ranks[i] = merges.Rank(symbols[i], symbols[i + 1], out results[i]);
        }

        while (count > 1)
        {
            int best = 0;
            for (int i = 1; i < count - 1; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == MergeTable.NoMerge)
            {
                break;
            }

            symbols[best] = results[best];
            count--;
            symbols[(best + 2)..(count + 1)].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..count].CopyTo(ranks[best..]);
            results[(best + 1)..count].CopyTo(results[best..]);
            if (best > 0)
            {
                ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best], out results[best - 1]);
            }

            if (best + 1 < count)
            {
                ranks[best] = merges.Rank(symbols[best], symbols[best + 1], out results[best]);
            }
        }

        return count;
    }

    private int MergeLong(Span<int> symbols)
    {
        int count = symbols.Length;
        if (_nodes.Length < count)
        {
            _nodes = new Node[count];
            _heap = new long[count * 3L];
        }

        _heapCount = 0;
        Span<Node> nodes = _nodes.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            nodes[i] = new Node { Symbol = symbols[i], Previous = i - 1, Next = i + 1 < count ? i + 1 : -1 };
        }

        for (int i = 0; i < count; i++)
        {
            Look(nodes, i);
        }

        while (_heapCount > 0)
        {
            long top = Pop();
            int at = (int)(top & uint.MaxValue);
            ref Node node = ref nodes[at];

            // What was merged away or has another neighbour by now is out of date.
            if (node.Rank != (int)(top >> 32))
            {
                continue;
            }

            ref Node next = ref nodes[node.Next];
            node.Symbol = node.Result;
            node.Next = next.Next;
            next.Rank = MergeTable.NoMerge;
            if (node.Next >= 0)
            {
                nodes[node.Next].Previous = at;
            }

            Look(nodes, at);
            if (node.Previous >= 0)
            {
                Look(nodes, node.Previous);
            }
        }

        int left = 0;
        for (int i = 0; i >= 0; i = nodes[i].Next)
        {
            symbols[left++] = nodes[i].Symbol;
        }

        if (count > KeptLength)
        {
            (_nodes, _heap) = ([], []);
        }

        return left;
    }

    /// <summary>Asks what a node merges into with its next one, and queues it.</summary>
    private void Look(Span<Node> nodes, int at)
    {
        ref Node node = ref nodes[at];
        node.Rank = MergeTable.NoMerge;
        if (node.Next >= 0)
        {
            node.Rank = merges.Rank(node.Symbol, nodes[node.Next].Symbol, out node.Result);
            if (node.Rank != MergeTable.NoMerge)
            {
                Push(((long)node.Rank << 32) | (uint)at);
            }
        }
    }

    private void Push(long key)
    {
        int at = _heapCount++;
        for (int parent = (at - 1) >> 1; at > 0 && _heap[parent] > key; parent = (at - 1) >> 1)
        {
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = key;
    }

    private long Pop()
    {
        long top = _heap[0];
        long last = _heap[--_heapCount];
        int at = 0;
        for (int child = 1; child < _heapCount; child = (2 * at) + 1)
        {
            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child])
            {
                child++;
            }

            if (_heap[child] >= last)
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = last;
        return top;
    }

    private struct Node
    {
        public int Symbol, Previous, Next, Rank, Result;
    }
}
