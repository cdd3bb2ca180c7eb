using Agentic.Inference.Attention;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>Rows of one sequence, as native data.</summary>
internal unsafe struct PlanSequence
{
    public int FirstRow;
    public int Rows;
    public int FirstPosition;
    public int* Pages;

    /// <summary>Number of its first unit, and units a head.</summary>
    public int FirstUnit;
    public int BlocksPerHead;
}

/// <summary>A segment, as native data.</summary>
internal unsafe struct PlanSegment
{
    public AttentionMask Mask;
    public int Window;
    public int KeyPlane;
    public float* Queries;
    public float LogitScale;
    public float LseShift;

    /// <summary>(begin, end) a sequence, or null.</summary>
    public int* Ranges;

    /// <summary>(offset, length) into <see cref="SelectedPages"/> per sequence and list, or null for all pages.</summary>
    public int* Lists;
    public int* SelectedPages;
    public int PagesPerHead;
}

/// <summary>An attention call as the threads see it: plain data in memory that stays where it is.</summary>
internal unsafe struct AttentionPlan
{
    public PlanSequence* Sequences;
    public PlanSegment* Segments;
    public int SequenceCount;
    public int SegmentCount;

    /// <summary>Query heads that share a unit: those of a KV head, or one where segments select pages per query head.</summary>
    public int GroupHeads;
    public int UnitHeads;
    public int QueryHeads;
    public int HeadsPerKv;
    public int Units;

    /// <summary>Partial results per unit; 0 when a unit is computed whole.</summary>
    public int Splits;
    public byte* Partials;
    public long PartialBytes;

    public int KeyDim;
    public int ValueDim;
    public int ValueWidth;
    public int QueryStride;
    public int QueryOffset;
    public float Scale;
    public float SoftCap;
    public float* RowScale;
    public float* Sinks;
    public float* Output;
    public float* LogSumExp;
    public float* PageMass;
    public int MassStride;

    /// <summary>The sum that <see cref="KeyMassKernel"/> adds to.</summary>
    public float* KeyMass;
    public int KeyMassStride;
    public int KeyMassTokens;
    public int KeyMassSequence;
    public int KeyMassFirstRow;

    public byte* Keys;
    public KvType Type;
    public long PageLayerBytes;
    public long HeadBytes;
    public long KeyBytes;
    public int KeyPlanes;

    public byte* WorkerScratch;
    public long WorkerBytes;
    public int* NextUnit;

    public readonly byte* KeyPage(int page, int head, int plane) => Keys + page * PageLayerBytes + head * HeadBytes + plane * KeyBytes;

    public readonly byte* ValuePage(int page, int head) => Keys + page * PageLayerBytes + head * HeadBytes + KeyPlanes * KeyBytes;

    /// <summary>Pages in the list of a segment for a sequence and query head, and where the list starts (null: all pages in order).</summary>
    public readonly int PageList(PlanSegment* segment, int sequence, int queryHead, out int* list)
    {
        PlanSequence* rows = Sequences + sequence;
        if (segment->Lists == null)
        {
            list = null;
            int last = rows->FirstPosition + rows->Rows;
            if (segment->Ranges != null) last = Math.Min(last, segment->Ranges[2 * sequence + 1]);
            return (Math.Max(0, last) + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
        }

        int number = segment->PagesPerHead == 1 ? 0 : segment->PagesPerHead == QueryHeads ? queryHead : queryHead / HeadsPerKv;
        int* entry = segment->Lists + 2 * (sequence * segment->PagesPerHead + number);
        list = segment->SelectedPages + entry[0];
        return entry[1];
    }

    /// <summary>Keys that a row sees through a segment.</summary>
    public readonly void Visible(PlanSegment* segment, int sequence, int row, out int begin, out int end)
    {
        PlanSequence* rows = Sequences + sequence;
        int own = rows->FirstPosition + row;
        begin = 0;
        end = rows->FirstPosition + rows->Rows;
        if (segment->Ranges != null)
        {
            begin = segment->Ranges[2 * sequence];
            end = Math.Min(end, segment->Ranges[2 * sequence + 1]);
        }

        if (segment->Mask != AttentionMask.Bidirectional) end = Math.Min(end, own + 1);
        if (segment->Mask == AttentionMask.CausalWindow) begin = Math.Max(begin, own - segment->Window + 1);
    }
}
