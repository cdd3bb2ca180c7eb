using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Tests.Hosting.Probing;

/// <summary>
/// The matrix of attention that a probe never forms: a softmax over each query's keys in double, from the queries and cached keys of a scalar
/// backend. Windows, caps and sinks come from the file, not from the call.
/// </summary>
internal sealed class NaiveAttention
{
    private readonly ModelConfig _config;
    private readonly float[]?[] _sinks;

    public NaiveAttention(LanguageModel model)
    {
        _config = model.Config;
        using GgufFile file = GgufFile.Open(model.Path);
        _sinks = [.. Enumerable.Range(0, _config.BlockCount).Select(layer => Values(file, $"blk.{layer}.attn_sinks.weight"))];
        ((ScalarBackend)model.Backend).Attended = Watch;
    }

    /// <summary>By layer, position and head: the probability of each key.</summary>
    public Dictionary<(int Layer, int Position, int Head), double[]> Rows { get; } = [];

    /// <summary>Mean over the last positions and all heads, or some.</summary>
    public double[] Mean(int layer, int tokens, int queries, params int[] heads)
    {
        heads = heads.Length > 0 ? heads : [.. Enumerable.Range(0, _config.HeadCount)];
        var mean = new double[tokens];
        for (int position = tokens - queries; position < tokens; position++)
        {
            foreach (int head in heads)
            {
                double[] row = Rows[(layer, position, head)];
                for (int key = 0; key < row.Length; key++)
                {
                    mean[key] += row[key] / (queries * heads.Length);
                }
            }
        }

        return mean;
    }

    private void Watch(AttentionCall call)
    {
        var pool = (ScalarKvPool)call.Pool;
        SequenceRows rows = call.Sequences.Single();
        float[] key = new float[_config.KeyDim];
        for (int r = 0; r < rows.Rows; r++)
        {
            int own = rows.FirstPosition + r, window = _config.Layers[call.Layer].Window;
            int first = window == 0 ? 0 : Math.Max(0, own - window + 1);
            for (int head = 0; head < _config.HeadCount; head++)
            {
                float[] query = ScalarBuffer.Floats(call.Queries[0]).Slice(r * call.QueryStride + head * key.Length, key.Length).ToArray();
                var weights = new double[own + 1];
                for (int k = first; k <= own; k++)
                {
                    pool.LoadKey(call.Layer, rows.Pages[k / KvPageFormat.PageTokens], head * _config.HeadCountKv / _config.HeadCount, 0, k % KvPageFormat.PageTokens, key);
                    double score = query.Zip(key, (a, b) => (double)a * b).Sum() * _config.AttentionScale;
                    weights[k] = Math.Exp(_config.AttentionSoftCap > 0 ? _config.AttentionSoftCap * Math.Tanh(score / _config.AttentionSoftCap) : score);
                }

                double total = weights.Sum() + (_sinks[call.Layer] is { } sinks ? Math.Exp(sinks[head]) : 0);
                Rows[(call.Layer, own, head)] = [.. weights.Select(weight => weight / total)];
            }
        }
    }

    private static float[]? Values(GgufFile file, string name)
    {
        if (file.Find(name) is not { } tensor)
        {
            return null;
        }

        float[] values = new float[tensor.Count];
        Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor), values);
        return values;
    }
}
