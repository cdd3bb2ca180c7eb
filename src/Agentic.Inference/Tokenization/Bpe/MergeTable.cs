using System.Numerics;
using System.Runtime.CompilerServices;

namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>Which two symbols merge, how early, and into what: an open-addressed table without allocation. Immutable once filled.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that does not merge.</summary>
    public const int NoMerge = int.MaxValue;

    private readonly Entry[] _entries;
    private readonly int _shift;

    /// <summary>Makes room for <paramref name="capacity"/> merges.</summary>
    public MergeTable(int capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity * 2L));
        _entries = new Entry[size];
        _entries.AsSpan().Fill(new Entry(ulong.MaxValue, NoMerge, -1));
        _shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Adds a merge; of two for the same pair the lower rank stays.</summary>
    public void Add(int left, int right, int rank, int result)
    {
        ref Entry entry = ref Slot(Key(left, right));
        if (entry.Rank > rank)
        {
            entry = new Entry(Key(left, right), rank, result);
        }
    }

    /// <summary>The rank of a pair (lower merges first) and what it becomes, or <see cref="NoMerge"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Rank(int left, int right, out int result)
    {
        ref readonly Entry entry = ref Slot(Key(left, right));
        result = entry.Result;
        return entry.Rank;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Slot(ulong key)
    {
        Entry[] entries = _entries;
        uint at = (uint)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (entries[at].Key != key && entries[at].Rank != NoMerge)
        {
            at = (at + 1) & (uint)(entries.Length - 1);
        }

        return ref entries[at];
    }

    private readonly record struct Entry(ulong Key, int Rank, int Result);
}
