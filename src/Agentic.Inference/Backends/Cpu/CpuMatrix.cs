using Agentic.Inference.Backends.Cpu.Panels;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Rows of one type within a matrix, as panels.</summary>
internal unsafe struct PanelPart
{
    public PanelKind Kind;
    public byte* Data;
    public long PanelBytes;
    public int FirstPanel;
    public int Panels;
    public int FirstRow;
    public int Rows;
}

/// <summary>Weights as panels; each part in the kind of its own type.</summary>
internal sealed unsafe class CpuMatrix : DeviceMatrix
{
    private readonly NativeBlock _memory;
    private readonly NativeBlock _parts;
    private readonly MemoryCount _count;
    private bool _disposed;

    private CpuMatrix(int rows, int columns, NativeBlock memory, NativeBlock parts, int partCount, int panels, MemoryCount count)
        : base(rows, columns, memory.Bytes)
    {
        _memory = memory;
        _parts = parts;
        PartCount = partCount;
        Panels = panels;
        _count = count;
        _count.Add(memory.Bytes);
        for (int i = 0; i < partCount; i++)
        {
            if (PanelLayout.IsQuantised(Parts[i].Kind)) HasQuantised = true;
            else HasFloat = true;
        }
    }

    public PanelPart* Parts => (PanelPart*)_parts.Pointer;

    public int PartCount { get; }

    /// <summary>Panels of all parts.</summary>
    public int Panels { get; }

    public bool HasQuantised { get; }

    public bool HasFloat { get; }

    /// <summary>Repacks the parts, on all threads of the pool.</summary>
    public static CpuMatrix Create(ReadOnlySpan<MatrixSource> sources, ComputePool pool, MemoryCount count)
    {
        if (sources.IsEmpty) throw new ArgumentException("A matrix needs at least one part.", nameof(sources));
        int columns = sources[0].Columns, rows = 0, panels = 0;
        long bytes = 0;
        var parts = new NativeBlock(sources.Length * (long)sizeof(PanelPart));
        var part = (PanelPart*)parts.Pointer;
        foreach (MatrixSource source in sources)
        {
            if (source.Columns != columns)
                throw new ArgumentException($"Parts of one matrix must be equally wide: {source.Columns} and {columns}.", nameof(sources));
            PanelKind kind = PanelLayout.KindOf(source.Type) ?? throw new NotSupportedException($"Weights of type {source.Type} are not supported.");
            int count16 = (source.Rows + PanelLayout.Rows - 1) / PanelLayout.Rows;
            *part++ = new PanelPart
            {
                Kind = kind,
                Data = (byte*)bytes,
                PanelBytes = PanelLayout.PanelBytes(kind, columns),
                FirstPanel = panels,
                Panels = count16,
                FirstRow = rows,
                Rows = source.Rows,
            };
            bytes += count16 * PanelLayout.PanelBytes(kind, columns);
            rows += source.Rows;
            panels += count16;
        }

        // Kernels may look a little beyond the last block (prefetch, whole vectors).
        var memory = new NativeBlock(bytes + 256);
        part = (PanelPart*)parts.Pointer;
        for (int i = 0; i < sources.Length; i++)
        {
            part[i].Data = memory.Pointer + (long)part[i].Data;
            var job = new PackJob { Source = sources[i], Part = part + i };
            int chunk = Math.Max(1, part[i].Panels / (8 * pool.Threads));
            pool.For(part[i].Panels, chunk, &Pack, &job);
        }

        return new CpuMatrix(rows, columns, memory, parts, sources.Length, panels, count);
    }

    /// <summary>Writes a row as floats, times a factor.</summary>
    public void ReadRow(int row, float* target, float factor)
    {
        PanelPart* part = Parts;
        while (row >= part->FirstRow + part->Rows) part++;
        row -= part->FirstRow;
        PanelReader.ReadRow(part->Kind, part->Data + row / PanelLayout.Rows * part->PanelBytes, row % PanelLayout.Rows, Columns, target, factor);
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _count.Add(-_memory.Bytes);
        if (!disposing) return;
        _memory.Dispose();
        _parts.Dispose();
    }

    private static void Pack(void* context, int begin, int end, int worker)
    {
        var job = (PackJob*)context;
        MatrixSource source = job->Source;
        (int blockColumns, int blockBytes) = BlockCodesReader.BlockOf(source.Type);
        long rowBytes = source.Columns / blockColumns * (long)blockBytes;
        for (int panel = begin; panel < end; panel++)
        {
            int first = panel * PanelLayout.Rows;
            int rows = Math.Min(PanelLayout.Rows, source.Rows - first);
            PanelPacker.Pack(source.Type, source.Bytes + first * rowBytes, rows, source.Columns, job->Part->Data + panel * job->Part->PanelBytes);
        }
    }

    private struct PackJob
    {
        public MatrixSource Source;
        public PanelPart* Part;
    }
}
