using System.Text.Json;
using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Tests.Backends;

/// <summary>A model-free attention case (goldens/attention): its queries, keys and values in a backend's memory.</summary>
internal sealed class AttentionUnit : IDisposable
{
    public const int QueryHeads = 4;
    public const int KvHeads = 2;
    public const int Dim = 16;
    private const int Stride = (QueryHeads + 2 * KvHeads) * Dim;
    private readonly JsonElement _root;
    private readonly IComputeBackend _backend;
    private readonly List<IDisposable> _owned = [];

    public AttentionUnit(IComputeBackend backend, string name)
    {
        _backend = backend;
        _root = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Golden("attention", name + ".json"))).RootElement;
        Tokens = _root.GetProperty("tokens").GetInt32();
    }

    public int Tokens { get; }

    public IEnumerable<JsonElement> Cases => _root.GetProperty("cases").EnumerateArray();

    public static RopeTable Rope(RopePairing pairing) =>
        new([.. Enumerable.Range(0, Dim / 2).Select(i => Math.Pow(10000, -2.0 * i / Dim))], pairing);

    /// <summary>Rows of [queries | keys | values], queries and keys rotated to the given positions (null = not at all).</summary>
    public DeviceBuffer Rows(RopeTable rope, Func<int, int>? queryPosition, Func<int, int>? keyPosition)
    {
        float[] rows = new float[Tokens * Stride];
        Fill(rows, "q", 0);
        Fill(rows, "k", QueryHeads * Dim);
        Fill(rows, "v", (QueryHeads + KvHeads) * Dim);
        DeviceBuffer buffer = Own(_backend.Allocate(ElementType.Float32, rows.Length));
        _backend.Write(buffer, 0, rows);
        Rotate(buffer, rope, queryPosition, 0, QueryHeads);
        Rotate(buffer, rope, keyPosition, QueryHeads * Dim, KvHeads);
        return buffer;
    }

    public DeviceKvPool Pool(int planes) =>
        Own(_backend.CreateKvPool(new KvPageFormat(KvType.Float32, 1, KvHeads, Dim, Dim, planes), 3));

    public void Append(DeviceKvPool pool, DeviceBuffer rows, int plane) =>
        _backend.AppendKv(pool, 0, [new SequenceRows(0, Tokens, 0, [2, 0])], rows, Stride, QueryHeads * Dim, (QueryHeads + KvHeads) * Dim, plane);

    /// <summary>Output and log-sum-exp of rows <paramref name="first"/>.. of a cache that holds all keys up to the last of them.</summary>
    public (float[] Output, float[] LogSumExp) Attend(DeviceKvPool pool, IReadOnlyList<DeviceBuffer> queries, int first, int count, params AttentionSegment[] segments)
    {
        DeviceBuffer output = Own(_backend.Allocate(ElementType.Float32, Tokens * QueryHeads * Dim));
        DeviceBuffer logSumExp = Own(_backend.Allocate(ElementType.Float32, Tokens * QueryHeads));
        _backend.Attend(new AttentionCall
        {
            Pool = pool,
            Layer = 0,
            Sequences = [new SequenceRows(first, count, first, [2, 0])],
            Segments = segments,
            Queries = queries,
            QueryStride = Stride,
            QueryHeads = QueryHeads,
            Output = output,
            LogSumExp = logSumExp,
            Scale = 0.25f,
        });
        float[] vectors = new float[count * QueryHeads * Dim];
        float[] sums = new float[count * QueryHeads];
        _backend.Read(output, first * QueryHeads * Dim, vectors);
        _backend.Read(logSumExp, first * QueryHeads, sums);
        return (vectors, sums);
    }

    /// <summary>The expected vectors [head][dim] and log-sum-exps [head] of each recorded query of a case's prefill.</summary>
    public static IEnumerable<(int Query, float[] Output, float[] LogSumExp)> Expected(JsonElement unit)
    {
        JsonElement prefill = unit.GetProperty("prefill");
        int[] queries = prefill.GetProperty("queries").Deserialize<int[]>()!;
        for (int i = 0; i < queries.Length; i++)
        {
            yield return (
                queries[i],
                [.. prefill.GetProperty("out")[i].Deserialize<float[][]>()!.SelectMany(head => head)],
                prefill.GetProperty("lse")[i].Deserialize<float[]>()!);
        }
    }

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    private void Fill(float[] rows, string input, int offset)
    {
        float[][][] heads = _root.GetProperty("inputs").GetProperty(input).Deserialize<float[][][]>()!;
        for (int head = 0; head < heads.Length; head++)
        {
            for (int token = 0; token < Tokens; token++)
            {
                heads[head][token].CopyTo(rows, token * Stride + offset + head * Dim);
            }
        }
    }

    private void Rotate(DeviceBuffer rows, RopeTable rope, Func<int, int>? position, int offset, int heads)
    {
        if (position is not null)
        {
            DeviceBuffer positions = Own(_backend.Allocate(ElementType.Int32, Tokens));
            _backend.Write(positions, 0, (int[])[.. Enumerable.Range(0, Tokens).Select(position)]);
            _backend.Rope(rows, Tokens, Stride, offset, heads, Dim, positions, rope);
        }
    }

    private T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }
}
