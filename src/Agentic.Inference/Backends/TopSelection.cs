using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends;

/// <summary>The k largest of a row by a heap of k: no sort of the vocabulary.</summary>
internal static class TopSelection
{
    /// <summary>Fills <paramref name="ids"/> with the indices of the largest values, largest first, the lower index first on a tie; −∞ and NaN are left out.</summary>
    /// <returns>How many there are.</returns>
    public static int Select(ReadOnlySpan<float> row, Span<int> ids)
    {
        int count = 0, next = 0;
        for (; next < row.Length && count < ids.Length; next++)
        {
            if (row[next] > float.NegativeInfinity)
            {
                ids[count++] = next;
                Up(row, ids[..count]);
            }
        }

        if (count > 0)
        {
            Replace(row, next, ids[..count]);
        }

        for (int size = count; size > 1; size--)
        {
            (ids[0], ids[size - 1]) = (ids[size - 1], ids[0]);
            Down(row, ids[..(size - 1)]);
        }

        return count;
    }

    /// <summary>Goes through the row from an index on; nearly all of it is not larger than the worst candidate, and passed over eight values at a time.</summary>
    private static void Replace(ReadOnlySpan<float> row, int next, Span<int> ids)
    {
        while (next < row.Length)
        {
            while (next + Vector256<float>.Count <= row.Length && !Vector256.GreaterThanAny(Vector256.Create(row.Slice(next, Vector256<float>.Count)), Vector256.Create(row[ids[0]])))
            {
                next += Vector256<float>.Count;
            }

            for (int end = Math.Min(row.Length, next + Vector256<float>.Count); next < end; next++)
            {
                if (row[next] > row[ids[0]])
                {
                    ids[0] = next;
                    Down(row, ids);
                }
            }
        }
    }

    // The worst candidate is at the root: smallest value, of equal ones the highest index.
    private static bool Worse(ReadOnlySpan<float> row, int a, int b) => row[a] < row[b] || (row[a] == row[b] && a > b);

    private static void Up(ReadOnlySpan<float> row, Span<int> heap)
    {
        int child = heap.Length - 1;
        while (child > 0)
        {
            int parent = (child - 1) / 2;
            if (!Worse(row, heap[child], heap[parent]))
            {
                return;
            }

            (heap[child], heap[parent]) = (heap[parent], heap[child]);
            child = parent;
        }
    }

    private static void Down(ReadOnlySpan<float> row, Span<int> heap)
    {
        int parent = 0;
        while (true)
        {
            int child = 2 * parent + 1;
            if (child >= heap.Length)
            {
                return;
            }

            if (child + 1 < heap.Length && Worse(row, heap[child + 1], heap[child]))
            {
                child++;
            }

            if (!Worse(row, heap[child], heap[parent]))
            {
                return;
            }

            (heap[child], heap[parent]) = (heap[parent], heap[child]);
            parent = child;
        }
    }
}
