using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Scalar;

/// <summary>Pages as one array a layer, laid out [page][head][plane 0 key … plane n key, value][token][dimension].</summary>
internal sealed class ScalarKvPool : DeviceKvPool
{
    private readonly ScalarBackend _owner;
    private float[][] _single = [];
    private Half[][] _half = [];

    public ScalarKvPool(ScalarBackend owner, KvPageFormat format, int pages)
        : base(format, pages)
    {
        _owner = owner;
        long layerLength = (long)pages * PageLength;
        if (format.Type == KvType.Float32)
        {
            _single = [.. Enumerable.Range(0, format.Layers).Select(_ => new float[layerLength])];
        }
        else
        {
            _half = [.. Enumerable.Range(0, format.Layers).Select(_ => new Half[layerLength])];
        }

        owner.Resident += format.PageBytes * pages;
    }

    private int HeadLength => KvPageFormat.PageTokens * (Format.KeyPlanes * Format.KeyDim + Format.ValueDim);

    private int PageLength => Format.KvHeads * HeadLength;

    /// <summary>Where a key of one head lies in its layer.</summary>
    public long KeyAt(int page, int head, int plane, int token) =>
        (long)page * PageLength + head * HeadLength + (plane * KvPageFormat.PageTokens + token) * Format.KeyDim;

    /// <summary>Where a value of one head lies in its layer.</summary>
    public long ValueAt(int page, int head, int token) =>
        (long)page * PageLength + head * HeadLength + KvPageFormat.PageTokens * Format.KeyPlanes * Format.KeyDim + token * Format.ValueDim;

    public void Store(int layer, long at, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (Format.Type == KvType.Float32)
            {
                _single[layer][at + i] = values[i];
            }
            else
            {
                _half[layer][at + i] = (Half)values[i];
            }
        }
    }

    public void Load(int layer, long at, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Format.Type == KvType.Float32 ? _single[layer][at + i] : (float)_half[layer][at + i];
        }
    }

    public void CopyPage(int from, int to)
    {
        for (int layer = 0; layer < Format.Layers; layer++)
        {
            Array source = Format.Type == KvType.Float32 ? _single[layer] : _half[layer];
            Array.Copy(source, (long)from * PageLength, source, (long)to * PageLength, PageLength);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_single.Length + _half.Length > 0)
        {
            _owner.Resident -= Format.PageBytes * Pages;
        }

        _single = [];
        _half = [];
    }
}
