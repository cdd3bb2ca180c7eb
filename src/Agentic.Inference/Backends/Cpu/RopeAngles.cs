namespace Agentic.Inference.Backends.Cpu;

/// <summary>Cosines and sines of a table by position, computed in double once and kept in blocks of positions as they are asked for.</summary>
internal sealed unsafe class RopeAngles(RopeTable table, MemoryCount count) : IDisposable
{
    private const int BlockPositions = 64;
    private readonly int _pairs = table.InverseFrequencies.Length;
    private readonly Dictionary<int, NativeBlock> _blocks = [];

    /// <summary>The table these angles belong to.</summary>
    public RopeTable Table { get; } = table;

    /// <summary>Entries of cosines; as many sines follow. Adjacent pairs have an entry a dimension, halves an entry a pair.</summary>
    public int Entries => Table.Pairing == RopePairing.Adjacent ? 2 * _pairs : _pairs;

    /// <summary>Cosines, then sines, of a position.</summary>
    public float* At(int position)
    {
        int index = Math.DivRem(position, BlockPositions, out int within);
        if (within < 0)
        {
            index--;
            within += BlockPositions;
        }

        if (!_blocks.TryGetValue(index, out NativeBlock? block))
        {
            block = new NativeBlock(BlockPositions * 2L * Entries * sizeof(float));
            for (int i = 0; i < BlockPositions; i++) Fill(index * BlockPositions + i, (float*)block.Pointer + i * 2 * Entries);
            count.Add(block.Bytes);
            _blocks.Add(index, block);
        }

        return (float*)block.Pointer + within * 2 * Entries;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NativeBlock block in _blocks.Values)
        {
            count.Add(-block.Bytes);
            block.Dispose();
        }

        _blocks.Clear();
    }

    private void Fill(int position, float* target)
    {
        bool adjacent = Table.Pairing == RopePairing.Adjacent;
        for (int i = 0; i < _pairs; i++)
        {
            (double sin, double cos) = Math.SinCos(position * Table.InverseFrequencies[i]);
            float c = (float)(cos * Table.Magnitude), s = (float)(sin * Table.Magnitude);
            if (adjacent)
            {
                target[2 * i] = target[2 * i + 1] = c;
                target[Entries + 2 * i] = -s;
                target[Entries + 2 * i + 1] = s;
            }
            else
            {
                target[i] = c;
                target[Entries + i] = s;
            }
        }
    }
}
