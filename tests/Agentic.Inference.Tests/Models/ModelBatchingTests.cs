using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>A row's result depends on the row alone: bit-identical whatever shares its batch, however its prompt was cut, forked or computed. For CPU backends.</summary>
public abstract class ModelBatchingTests
{
    private const int Length = 150;

    public static TheoryData<string, ActivationMode, KvType> Cases() => new()
    {
        { "llama", ActivationMode.Int8, KvType.Float16 },
        { "llama-q4_0", ActivationMode.Int8, KvType.Float32 },
        { "llama-q4_k_m", ActivationMode.Int8, KvType.Float16 },
        { "llama-q4_k_m", ActivationMode.Float32, KvType.Float16 },
        { "qwen2-q4_1", ActivationMode.Int8, KvType.Float16 },
        { "qwen2-q8_0", ActivationMode.Int8, KvType.Float32 },
        { "llama", ActivationMode.Int8, KvType.Q8_0 },
        { "qwen2-q4_1", ActivationMode.Float32, KvType.Q8_0 },
        { "gemma2", ActivationMode.Int8, KvType.Float16 },
        { "gemma3", ActivationMode.Float32, KvType.Float16 },
        { "phi2", ActivationMode.Int8, KvType.Float16 },
    };

    protected abstract IComputeBackend CreateBackend(ActivationMode activations);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_PromptInChunks_BitIdentical(string name, ActivationMode activations, KvType kv)
    {
        using LanguageModel model = Load(name, activations, kv);
        int[] ids = Ids(1);
        int[] positions = [0, 5, 63, 64, 65, 127, 128, Length - 1];
        float[][] whole = Run(model, ids, Length, positions);
        foreach (int chunk in (int[])[1, 7, 64, 100])
        {
            Assert.Equal(whole, Run(model, ids, chunk, positions));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_SequencesTogether_BitIdenticalToAlone(string name, ActivationMode activations, KvType kv)
    {
        using LanguageModel model = Load(name, activations, kv);
        int[][] prompts = [Ids(1), Ids(2)[..3], Ids(3)[..70], Ids(4)[..65]];
        float[][][] alone = [.. prompts.Select(ids => Run(model, ids, Length, [ids.Length - 2, ids.Length - 1]))];

        // All but two tokens apart, then chunks and single rows in common steps.
        KvSequence[] sequences = [.. prompts.Select(_ => model.Cache.Create())];
        int[] heads = [100, 1, 68, 63];
        for (int i = 0; i < prompts.Length; i++)
        {
            ModelRuns.Logits(model, sequences[i], prompts[i].AsSpan(0, heads[i]), 32);
        }

        var batch = new StepBatch();
        int[] before = new int[prompts.Length];
        for (int i = 0; i < prompts.Length; i++)
        {
            before[i] = batch.ReadLogits(batch.Add(sequences[i], prompts[i].AsSpan(heads[i]..^1)) + prompts[i].Length - 2 - heads[i]);
        }

        model.Run(batch);
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.Equal(alone[i][0], batch.Logits(before[i]).ToArray());
        }

        batch.Clear();
        int[] after = [.. prompts.Select((ids, i) => batch.ReadLogits(batch.Add(sequences[i], [ids[^1]])))];
        model.Run(batch);
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.Equal(alone[i][1], batch.Logits(after[i]).ToArray());
            sequences[i].Dispose();
        }

        Assert.Equal(model.Cache.TotalPages, model.Cache.FreePages);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fork_ThenAppendToBoth_BitIdenticalToComputed(string name, ActivationMode activations, KvType kv)
    {
        using LanguageModel model = Load(name, activations, kv);
        int[] first = Ids(1);
        int[] second = [.. first[..100], .. Ids(2)[..50]];
        int[] positions = [110, 130, Length - 1];
        float[][] expectedFirst = Run(model, first, Length, positions);
        float[][] expectedSecond = Run(model, second, Length, positions);

        using (KvSequence trunk = model.Cache.Create())
        {
            ModelRuns.Logits(model, trunk, first.AsSpan(0, 100), 64);
            using KvSequence fork = trunk.Fork();
            Assert.Equal(expectedSecond, ModelRuns.Logits(model, fork, second.AsSpan(100), 20, positions));
            Assert.Equal(expectedFirst, ModelRuns.Logits(model, trunk, first.AsSpan(100), 50, positions));

            // A draft that was rejected leaves no trace.
            trunk.Truncate(100);
            Assert.Equal(expectedSecond, ModelRuns.Logits(model, trunk, second.AsSpan(100), 50, positions));
        }

        Assert.Equal(model.Cache.TotalPages, model.Cache.FreePages);
    }

    private static int[] Ids(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Length).Select(_ => random.Next(320))];
    }

    private static float[][] Run(LanguageModel model, int[] ids, int chunk, int[] positions)
    {
        using KvSequence sequence = model.Cache.Create();
        return ModelRuns.Logits(model, sequence, ids, chunk, positions);
    }

    private LanguageModel Load(string name, ActivationMode activations, KvType kv) =>
        ModelRuns.Load(TinyGolden.File(name), CreateBackend(activations), kv);
}
