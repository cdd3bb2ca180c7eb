using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.Backends.Cpu.Panels;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>
/// Products with weights: activations are laid out once, then threads take (panel, block of rows) pairs. A panel stays in the first cache while
/// it meets the rows of its block.
/// </summary>
internal sealed unsafe class MatMulRunner(ComputePool pool, ActivationMode mode, MemoryCount count) : IDisposable
{
    /// <summary>Products below which waking other threads costs more than it brings.</summary>
    private const long SmallWork = 60_000;

    /// <summary>Groups of rows that share a pass over the panels: about what the second cache holds of activations.</summary>
    private const int BlockBytes = 512 << 10;

    private readonly Scratch _quantised = new(count), _floats = new(count), _expanded = new(count);

    public void Run(CpuMatrix matrix, float* x, int rows, float* output, float* bias, bool accumulate)
    {
        if (rows == 0) return;
        bool integer = mode == ActivationMode.Int8 && matrix.HasQuantised;
        bool floating = matrix.HasFloat || !integer;
        int groups = (rows + ActivationPacker.GroupRows - 1) / ActivationPacker.GroupRows;
        var job = new Job
        {
            Parts = matrix.Parts,
            Panels = matrix.Panels,
            Columns = matrix.Columns,
            Outputs = matrix.Rows,
            X = x,
            Rows = rows,
            Groups = groups,
            Output = output,
            Bias = bias,
            Accumulate = accumulate,
            Integer = integer,
        };
        int padded = groups * ActivationPacker.GroupRows;
        if (integer) job.Quantised = _quantised.Get((long)padded * (matrix.Columns / PanelLayout.Block) * ActivationPacker.RowBlockBytes);
        if (floating)
        {
            job.Floats = (float*)_floats.Get((long)padded * matrix.Columns * sizeof(float));
            job.Expanded = _expanded.Get(pool.Threads * job.ExpandedBytes);
        }

        bool small = (long)matrix.Rows * matrix.Columns * rows < SmallWork;
        int packChunk = small || (long)rows * matrix.Columns < 8192 ? groups : Math.Max(1, groups / (4 * pool.Threads));
        pool.For(groups, packChunk, &Pack, &job);

        long groupBytes = 4L * matrix.Columns * (floating ? 4 : 2);
        job.BlockGroups = (int)Math.Clamp(BlockBytes / groupBytes, 1, groups);
        int items = matrix.Panels * ((groups + job.BlockGroups - 1) / job.BlockGroups);
        pool.For(items, small ? items : Math.Max(1, items / (8 * pool.Threads)), &Multiply, &job);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _quantised.Dispose();
        _floats.Dispose();
        _expanded.Dispose();
    }

    private static void Pack(void* context, int begin, int end, int worker)
    {
        var job = (Job*)context;
        for (int g = begin; g < end; g++)
        {
            int first = g * ActivationPacker.GroupRows;
            int valid = Math.Min(ActivationPacker.GroupRows, job->Rows - first);
            int tileRows = ActivationPacker.TileRows(valid);
            float* source = job->X + (long)first * job->Columns;
            if (job->Quantised != null)
                ActivationPacker.Quantise(source, job->Columns, valid, tileRows, job->Columns / PanelLayout.Block, job->QuantisedGroup(g));
            if (job->Floats != null)
                ActivationPacker.Interleave(source, job->Columns, valid, tileRows, job->Columns, job->FloatGroup(g));
        }
    }

    [SkipLocalsInit]
    private static void Multiply(void* context, int begin, int end, int worker)
    {
        var job = (Job*)context;
        PanelPart* part = job->Parts;
        for (int item = begin; item < end; item++)
        {
            int panel = item % job->Panels;
            int firstGroup = item / job->Panels * job->BlockGroups;
            int lastGroup = Math.Min(firstGroup + job->BlockGroups, job->Groups);
            if (panel < part->FirstPanel) part = job->Parts;
            while (panel >= part->FirstPanel + part->Panels) part++;
            int inPart = panel - part->FirstPanel;
            byte* data = part->Data + inPart * part->PanelBytes;
            int row = part->FirstRow + inPart * PanelLayout.Rows;
            int validRows = Math.Min(PanelLayout.Rows, part->Rows - inPart * PanelLayout.Rows);
            if (job->Integer && PanelLayout.IsQuantised(part->Kind)) IntegerPanel(job, part->Kind, data, part->PanelBytes, row, validRows, firstGroup, lastGroup);
            else FloatPanel(job, part->Kind, data, row, validRows, firstGroup, lastGroup, worker);
        }
    }

    private static void IntegerPanel(Job* job, PanelKind kind, byte* data, long panelBytes, int row, int validRows, int firstGroup, int lastGroup)
    {
        float* tile = stackalloc float[4 * PanelLayout.Rows];
        int blocks = job->Columns / PanelLayout.Block;
        delegate*<byte*, byte*, int, float*, void> full = KernelTable.Integer(kind, 4);
        for (int g = firstGroup; g < lastGroup; g++)
        {
            int valid = Math.Min(ActivationPacker.GroupRows, job->Rows - g * ActivationPacker.GroupRows);
            int tileRows = ActivationPacker.TileRows(valid);
            delegate*<byte*, byte*, int, float*, void> kernel = tileRows == 4 ? full : KernelTable.Integer(kind, tileRows);
            // The hardware's prefetchers forget the stream of weights while several groups of rows meet one panel.
            if (g == lastGroup - 1 && g > firstGroup) Prefetch.Range(data + panelBytes, panelBytes);
            kernel(data, job->QuantisedGroup(g), blocks, tile);
            Store(job, tile, g * ActivationPacker.GroupRows, valid, row, validRows);
        }
    }

    private static void FloatPanel(Job* job, PanelKind kind, byte* data, int row, int validRows, int firstGroup, int lastGroup, int worker)
    {
        float* tile = stackalloc float[4 * PanelLayout.Rows];
        var weights = (float*)data;
        if (kind != PanelKind.Float32)
        {
            weights = (float*)(job->Expanded + worker * job->ExpandedBytes);
            PanelReader.Expand(kind, data, job->Columns, weights);
        }

        for (int g = firstGroup; g < lastGroup; g++)
        {
            int valid = Math.Min(ActivationPacker.GroupRows, job->Rows - g * ActivationPacker.GroupRows);
            switch (ActivationPacker.TileRows(valid))
            {
                case 4: FloatTile.Tile4(weights, job->FloatGroup(g), job->Columns, tile); break;
                case 2: FloatTile.Tile2(weights, job->FloatGroup(g), job->Columns, tile); break;
                default: FloatTile.Tile1(weights, job->FloatGroup(g), job->Columns, tile); break;
            }

            Store(job, tile, g * ActivationPacker.GroupRows, valid, row, validRows);
        }
    }

    private static void Store(Job* job, float* tile, int firstRow, int valid, int row, int validRows)
    {
        for (int t = 0; t < valid; t++, tile += PanelLayout.Rows)
        {
            float* target = job->Output + (long)(firstRow + t) * job->Outputs + row;
            TileStore.Row(tile, target, job->Bias == null ? null : job->Bias + row, job->Accumulate, validRows);
        }
    }

    private struct Job
    {
        public PanelPart* Parts;
        public int Panels;
        public int Columns;
        public int Outputs;
        public int Rows;
        public int Groups;
        public int BlockGroups;
        public bool Accumulate;
        public bool Integer;
        public float* X;
        public byte* Quantised;
        public float* Floats;
        public byte* Expanded;
        public float* Output;
        public float* Bias;

        public readonly long ExpandedBytes => (long)Columns * PanelLayout.Rows * sizeof(float) + 4096;

        public readonly byte* QuantisedGroup(int g) =>
            Quantised + (long)g * ActivationPacker.GroupRows * (Columns / PanelLayout.Block) * ActivationPacker.RowBlockBytes;

        public readonly float* FloatGroup(int g) => Floats + (long)g * ActivationPacker.GroupRows * Columns;
    }
}
