using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.Backends.Cpu.Panels;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>
/// Products with stacked matrices. The blocks of all rows are sorted by the group they meet and laid out in tiles of up to four; threads then take
/// (run of tiles, panel) pairs with the kernels of <see cref="MatMulRunner"/>, so that a panel of weights is read once for all blocks of its group.
/// </summary>
internal sealed unsafe class GroupedMatMulRunner(ComputePool pool, ActivationMode mode, MemoryCount count) : IDisposable
{
    private const long SmallWork = 60_000;
    private const int RunBytes = 512 << 10;

    private readonly Scratch _tables = new(count), _quantised = new(count), _floats = new(count), _gathered = new(count), _expanded = new(count);

    /// <summary>Multiplies.</summary>
    /// <returns>How many groups' weights were read.</returns>
    public int Run(CpuMatrix matrix, int groups, int* choices, int rows, int perRow, RowBlocks x, RowBlocks output, float* bias)
    {
        int slots = checked(rows * perRow);
        if (slots == 0) return 0;
        if (matrix.PartCount % groups != 0 || matrix.Rows % groups != 0)
            throw new ArgumentException($"The matrix was not uploaded as {groups} groups.", nameof(groups));
        bool integer = mode == ActivationMode.Int8 && matrix.HasQuantised;
        var job = new Job
        {
            Parts = matrix.Parts,
            GroupParts = matrix.PartCount / groups,
            GroupPanels = matrix.Panels / groups,
            GroupRows = matrix.Rows / groups,
            Columns = matrix.Columns,
            PerRow = perRow,
            X = ((CpuBuffer)x.Buffer).Floats + x.Offset,
            XStride = x.Stride,
            XBlock = x.BlockStride,
            Output = ((CpuBuffer)output.Buffer).Floats + output.Offset,
            OutputStride = output.Stride,
            OutputBlock = output.BlockStride,
            Bias = bias,
            Integer = integer,
        };
        bool floating = matrix.HasFloat || !integer;
        long tileBytes = ActivationPacker.GroupRows * matrix.Columns * (floating ? 4L : 2L);
        int runs = Sort(&job, groups, choices, slots, Math.Max(1, (int)(RunBytes / tileBytes)));
        long tileFloats = (long)job.Tiles * ActivationPacker.GroupRows * matrix.Columns;
        if (integer) job.Quantised = _quantised.Get(tileFloats / PanelLayout.Block * ActivationPacker.RowBlockBytes);
        if (floating)
        {
            job.Floats = (float*)_floats.Get(tileFloats * sizeof(float));
            job.Expanded = _expanded.Get(pool.Threads * job.ExpandedBytes);
        }

        job.Gathered = (float*)_gathered.Get(pool.Threads * job.GatheredFloats * sizeof(float));
        bool small = (long)job.GroupRows * matrix.Columns * slots < SmallWork;
        pool.For(job.Tiles, small ? job.Tiles : Math.Max(1, job.Tiles / (4 * pool.Threads)), &Pack, &job);
        int items = checked(runs * job.GroupPanels);
        pool.For(items, small ? items : Math.Max(1, items / (8 * pool.Threads)), &Multiply, &job);
        return job.GroupsMet;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tables.Dispose();
        _quantised.Dispose();
        _floats.Dispose();
        _gathered.Dispose();
        _expanded.Dispose();
    }

    /// <summary>Sorts blocks by group, cuts them into tiles and these into runs; gives the number of runs.</summary>
    private int Sort(Job* job, int groups, int* choices, int slots, int runTiles)
    {
        int most = slots / ActivationPacker.GroupRows + Math.Min(groups, slots) + 1;
        var next = (int*)_tables.Get(groups * sizeof(int) + slots * (long)sizeof(int) + most * (long)(sizeof(Tile) + sizeof(TileRun)));
        job->Slots = next + groups;
        job->TileTable = (Tile*)(job->Slots + slots);
        job->Runs = (TileRun*)(job->TileTable + most);
        new Span<int>(next, groups).Clear();
        for (int s = 0; s < slots; s++)
        {
            int group = choices == null ? s % job->PerRow : choices[s];
            if ((uint)group >= (uint)groups) throw new ArgumentOutOfRangeException(nameof(choices), group, $"There are {groups} groups.");
            next[group]++;
        }

        int first = 0, tiles = 0, runs = 0;
        for (int g = 0; g < groups; g++)
        {
            int end = first + next[g], run = tiles;
            job->GroupsMet += next[g] > 0 ? 1 : 0;
            next[g] = first;
            for (; first < end; first += ActivationPacker.GroupRows)
            {
                if (tiles - run == runTiles) (job->Runs[runs++], run) = (new TileRun { Group = g, First = run, End = tiles }, tiles);
                job->TileTable[tiles++] = new Tile { First = first, Valid = Math.Min(ActivationPacker.GroupRows, end - first) };
            }

            if (tiles > run) job->Runs[runs++] = new TileRun { Group = g, First = run, End = tiles };
            first = end;
        }

        for (int s = 0; s < slots; s++) job->Slots[next[choices == null ? s % job->PerRow : choices[s]]++] = s;
        job->Tiles = tiles;
        return runs;
    }

    private static void Pack(void* context, int begin, int end, int worker)
    {
        var job = (Job*)context;
        float* gathered = job->Gathered + worker * job->GatheredFloats;
        for (int t = begin; t < end; t++)
        {
            Tile tile = job->TileTable[t];
            int tileRows = ActivationPacker.TileRows(tile.Valid);
            float* source = job->Input(job->Slots[tile.First]);
            if (tile.Valid > 1)
            {
                for (int i = 0; i < tile.Valid; i++)
                    new ReadOnlySpan<float>(job->Input(job->Slots[tile.First + i]), job->Columns).CopyTo(new Span<float>(gathered + i * job->Columns, job->Columns));
                source = gathered;
            }

            if (job->Quantised != null)
                ActivationPacker.Quantise(source, job->Columns, tile.Valid, tileRows, job->Columns / PanelLayout.Block, job->QuantisedTile(t));
            if (job->Floats != null)
                ActivationPacker.Interleave(source, job->Columns, tile.Valid, tileRows, job->Columns, job->FloatTile(t));
        }
    }

    [SkipLocalsInit]
    private static void Multiply(void* context, int begin, int end, int worker)
    {
        var job = (Job*)context;
        for (int item = begin; item < end; item++)
        {
            TileRun run = job->Runs[item / job->GroupPanels];
            PanelPart* part = job->Parts + (long)run.Group * job->GroupParts;
            int panel = run.Group * job->GroupPanels + item % job->GroupPanels;
            while (panel >= part->FirstPanel + part->Panels) part++;
            int inPart = panel - part->FirstPanel;
            byte* data = part->Data + inPart * part->PanelBytes;
            int row = part->FirstRow + inPart * PanelLayout.Rows;
            int validRows = Math.Min(PanelLayout.Rows, part->Rows - inPart * PanelLayout.Rows);
            if (job->Integer && PanelLayout.IsQuantised(part->Kind)) IntegerPanel(job, part->Kind, data, row, validRows, run);
            else FloatPanel(job, part->Kind, data, row, validRows, run, worker);
        }
    }

    private static void IntegerPanel(Job* job, PanelKind kind, byte* data, int row, int validRows, TileRun run)
    {
        float* results = stackalloc float[ActivationPacker.GroupRows * PanelLayout.Rows];
        int blocks = job->Columns / PanelLayout.Block;
        for (int t = run.First; t < run.End; t++)
        {
            KernelTable.Integer(kind, ActivationPacker.TileRows(job->TileTable[t].Valid))(data, job->QuantisedTile(t), blocks, results);
            Store(job, results, job->TileTable[t], row, validRows);
        }
    }

    private static void FloatPanel(Job* job, PanelKind kind, byte* data, int row, int validRows, TileRun run, int worker)
    {
        float* results = stackalloc float[ActivationPacker.GroupRows * PanelLayout.Rows];
        var weights = (float*)data;
        if (kind != PanelKind.Float32)
        {
            weights = (float*)(job->Expanded + worker * job->ExpandedBytes);
            PanelReader.Expand(kind, data, job->Columns, weights);
        }

        for (int t = run.First; t < run.End; t++)
        {
            switch (ActivationPacker.TileRows(job->TileTable[t].Valid))
            {
                case 4: FloatTile.Tile4(weights, job->FloatTile(t), job->Columns, results); break;
                case 2: FloatTile.Tile2(weights, job->FloatTile(t), job->Columns, results); break;
                default: FloatTile.Tile1(weights, job->FloatTile(t), job->Columns, results); break;
            }

            Store(job, results, job->TileTable[t], row, validRows);
        }
    }

    private static void Store(Job* job, float* results, Tile tile, int row, int validRows)
    {
        int inGroup = row % job->GroupRows;
        for (int i = 0; i < tile.Valid; i++, results += PanelLayout.Rows)
            TileStore.Row(results, job->Target(job->Slots[tile.First + i]) + inGroup, job->Bias == null ? null : job->Bias + row, false, validRows);
    }

    /// <summary>Up to four blocks of one group: places in the sorted list.</summary>
    private struct Tile
    {
        public int First;
        public int Valid;
    }

    /// <summary>Tiles of one group that share a pass over its panels.</summary>
    private struct TileRun
    {
        public int Group;
        public int First;
        public int End;
    }

    private struct Job
    {
        public PanelPart* Parts;
        public int GroupParts;
        public int GroupPanels;
        public int GroupRows;
        public int GroupsMet;
        public int Columns;
        public int PerRow;
        public int Tiles;
        public bool Integer;
        public int* Slots;
        public Tile* TileTable;
        public TileRun* Runs;
        public float* X;
        public int XStride;
        public int XBlock;
        public float* Output;
        public int OutputStride;
        public int OutputBlock;
        public float* Bias;
        public byte* Quantised;
        public float* Floats;
        public float* Gathered;
        public byte* Expanded;

        public readonly long ExpandedBytes => (long)Columns * PanelLayout.Rows * sizeof(float) + 4096;

        public readonly long GatheredFloats => (long)ActivationPacker.GroupRows * Columns + 1024;

        public readonly float* Input(int slot) => X + (long)(slot / PerRow) * XStride + (long)(slot % PerRow) * XBlock;

        public readonly float* Target(int slot) => Output + (long)(slot / PerRow) * OutputStride + (long)(slot % PerRow) * OutputBlock;

        public readonly byte* QuantisedTile(int t) =>
            Quantised + (long)t * ActivationPacker.GroupRows * (Columns / PanelLayout.Block) * ActivationPacker.RowBlockBytes;

        public readonly float* FloatTile(int t) => Floats + (long)t * ActivationPacker.GroupRows * Columns;
    }
}
