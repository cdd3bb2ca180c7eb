using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tests.Models;

/// <summary>
/// The forward pass in double, one whole prompt at a time, straight from the published modelling code of llama, gemma3, olmo2, olmo3, granite
/// and smollm3, sharing nothing with the engine but the reading of tensors. It decides by architecture where the engine decides by description.
/// </summary>
internal sealed class ReferenceModel(GgufFile file)
{
    private readonly string _arch = file.String("general.architecture");

    /// <summary>What attention was paid in the last call of <see cref="Logits"/>: by layer, position and head the probability of each key.</summary>
    public List<double[][][]> Attentions { get; } = [];

    /// <summary>Logits at every position.</summary>
    public double[][] Logits(int[] ids)
    {
        Attentions.Clear();
        double scale = _arch == "gemma3" ? Math.Sqrt(Int("embedding_length")) : _arch == "granite" ? Float("embedding_scale") : 1;
        double[][] x = [.. ids.Select(id => Rows("token_embd.weight")[id].Select(v => v * scale).ToArray())];
        for (int layer = 0; layer < Int("block_count"); layer++)
        {
            Layer(x, $"blk.{layer}.", layer);
        }

        double[][] output = file.Find("output.weight") is null ? Rows("token_embd.weight") : Rows("output.weight");
        double divisor = _arch == "granite" ? Float("logit_scale") : 1;
        return [.. x.Select(state => Apply(output, Norm(state, "output_norm")).Select(v => v / divisor).ToArray())];
    }

    private void Layer(double[][] x, string p, int layer)
    {
        bool post = _arch is "gemma3" or "olmo2";
        double[][] a = Attention([.. x.Select(state => _arch == "olmo2" ? state : Norm(state, p + "attn_norm"))], p, layer);
        double residual = _arch == "granite" ? Float("residual_scale") : 1;
        for (int t = 0; t < x.Length; t++)
        {
            Add(x[t], post ? Norm(a[t], p + "post_attention_norm") : a[t], residual);
            double[] f = FeedForward(_arch == "olmo2" ? x[t] : Norm(x[t], p + "ffn_norm"), p);
            Add(x[t], post ? Norm(f, p + "post_ffw_norm") : f, residual);
        }
    }

    private double[][] Attention(double[][] h, string p, int layer)
    {
        int heads = Int("attention.head_count");
        int kvHeads = Int("attention.head_count_kv");
        int dim = Int("attention.key_length");
        bool slides = Slides(layer, out int window);
        double scale = _arch == "granite" ? Float("attention.scale") : 1 / Math.Sqrt(dim);
        double[][] q = new double[h.Length][], k = new double[h.Length][], v = new double[h.Length][];
        for (int t = 0; t < h.Length; t++)
        {
            q[t] = Rotated(QueryKeyNorm(Linear(h[t], p + "attn_q"), p + "attn_q_norm", dim), dim, t, layer, slides);
            k[t] = Rotated(QueryKeyNorm(Linear(h[t], p + "attn_k"), p + "attn_k_norm", dim), dim, t, layer, slides);
            v[t] = Linear(h[t], p + "attn_v");
        }

        double[][] mixed = [.. h.Select(_ => new double[heads * dim])];
        double[][][] attention = [.. h.Select(_ => Enumerable.Range(0, heads).Select(_ => new double[h.Length]).ToArray())];
        Attentions.Add(attention);
        for (int t = 0; t < h.Length; t++)
        {
            for (int head = 0; head < heads; head++)
            {
                int kv = head / (heads / kvHeads);
                int first = slides ? Math.Max(0, t - window + 1) : 0;
                double[] scores = [.. Enumerable.Range(first, t - first + 1).Select(s => scale * Enumerable.Range(0, dim).Sum(i => q[t][head * dim + i] * k[s][kv * dim + i]))];
                double largest = scores.Max();
                double total = scores.Sum(score => Math.Exp(score - largest));
                for (int s = 0; s < scores.Length; s++)
                {
                    attention[t][head][first + s] = Math.Exp(scores[s] - largest) / total;
                    for (int i = 0; i < dim; i++)
                    {
                        mixed[t][head * dim + i] += Math.Exp(scores[s] - largest) / total * v[first + s][kv * dim + i];
                    }
                }
            }
        }

        return [.. mixed.Select(m => Linear(m, p + "attn_output"))];
    }

    private bool Slides(int layer, out int window)
    {
        window = (int)(file.TryInteger(_arch + ".attention.sliding_window") ?? 0);
        return window > 0 && _arch switch
        {
            "gemma3" => (layer + 1) % 6 != 0,
            "olmo2" => (layer + 1) % 4 != 0,
            "qwen2" => layer != 1, // as the test's file says
            _ => true,
        };
    }

    private double[] Rotated(double[] x, int dim, int position, int layer, bool slides)
    {
        if (_arch == "smollm3" && layer % 4 == 3)
        {
            return x;
        }

        double[] y = [.. x];
        bool adjacent = _arch is "llama" or "granite" or "smollm3";
        for (int head = 0; head < x.Length / dim; head++)
        {
            for (int i = 0; i < dim / 2; i++)
            {
                (double frequency, double magnitude) = Frequency(i, dim, slides);
                (double sin, double cos) = Math.SinCos(position * frequency);
                int a = head * dim + (adjacent ? 2 * i : i);
                int b = head * dim + (adjacent ? 2 * i + 1 : i + dim / 2);
                y[a] = magnitude * (x[a] * cos - x[b] * sin);
                y[b] = magnitude * (x[a] * sin + x[b] * cos);
            }
        }

        return y;
    }

    private (double Frequency, double Magnitude) Frequency(int i, int dim, bool slides)
    {
        double b = _arch == "gemma3" && slides ? Float("rope.freq_base_swa") : Float("rope.freq_base");
        double f = Math.Pow(b, -2.0 * i / dim);
        bool scaled = !(slides && _arch is "gemma3" or "olmo2" && slides);
        switch (scaled ? file.TryString(_arch + ".rope.scaling.type") : null)
        {
            case "linear":
                return (f / Float("rope.scaling.factor"), 1);
            case "yarn":
                double s = Float("rope.scaling.factor");
                double Correction(double rotations) => dim * Math.Log(Int("rope.scaling.original_context_length") / (rotations * 2 * Math.PI)) / (2 * Math.Log(b));
                double low = Math.Max(0, Math.Floor(Correction(32)));
                double high = Math.Min(dim - 1, Math.Ceiling(Correction(1)));
                double ramp = Math.Clamp((i - low) / Math.Max(0.001, high - low), 0, 1);
                return (f * (1 - ramp) + f / s * ramp, 1 + 0.1 * Math.Log(s));
            default:
                return (f, 1);
        }
    }

    private double[] FeedForward(double[] h, string p)
    {
        double[] gate = Linear(h, p + "ffn_gate");
        double[] up = Linear(h, p + "ffn_up");
        double Gelu(double g) => 0.5 * g * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)));
        return Linear([.. gate.Zip(up, (g, u) => (_arch == "gemma3" ? Gelu(g) : g / (1 + Math.Exp(-g))) * u)], p + "ffn_down");
    }

    private double[] QueryKeyNorm(double[] x, string name, int dim) => _arch switch
    {
        "olmo2" => Norm(x, name),
        "gemma3" => [.. x.Chunk(dim).SelectMany(head => Norm(head, name))],
        _ => x,
    };

    private double[] Norm(double[] x, string name)
    {
        double scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + Float("attention.layer_norm_rms_epsilon"));
        return [.. x.Zip(Values(name + ".weight"), (v, w) => v * scale * w)];
    }

    private double[] Linear(double[] x, string name)
    {
        double[] y = Apply(Rows(name + ".weight"), x);
        return file.Find(name + ".bias") is null ? y : [.. y.Zip(Values(name + ".bias"), (a, b) => a + b)];
    }

    private static double[] Apply(double[][] rows, double[] x) => [.. rows.Select(row => row.Zip(x, (w, v) => w * v).Sum())];

    private static void Add(double[] x, double[] y, double scale)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += scale * y[i];
        }
    }

    private double[][] Rows(string name)
    {
        if (!_rows.TryGetValue(name, out double[][]? rows))
        {
            _rows[name] = rows = [.. Values(name).Chunk((int)file.Find(name)!.Columns)];
        }

        return rows;
    }

    private double[] Values(string name)
    {
        GgufTensor tensor = file.Find(name)!;
        float[] values = new float[tensor.Count];
        Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor), values);
        return [.. values.Select(v => (double)v)];
    }

    private int Int(string key) => (int)file.TryInteger($"{_arch}.{key}")!.Value;

    private double Float(string key) => file.TryFloat($"{_arch}.{key}")!.Value;

    private readonly Dictionary<string, double[][]> _rows = [];
}
