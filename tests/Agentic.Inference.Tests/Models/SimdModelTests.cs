using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Backends;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class SimdModelGoldenTests : ModelGoldenTests
{
    public static TheoryData<string> DenseNames() => [.. TinyGolden.Names.Where(name => name is not ("mixtral" or "qwen2moe" or "qwen3moe" or "deepseek2" or "deepseek2-v3" or "gpt-oss"))];

    /// <summary>No architecture falls back to one row at a time: every row of a prompt goes through the batched kernels in every product.</summary>
    [Theory]
    [MemberData(nameof(DenseNames))]
    public void Prefill_EveryProduct_IsBatched(string name)
    {
        using LanguageModel model = ModelRuns.Load(TinyGolden.File(name), CreateBackend(ActivationMode.Int8));
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        const int Rows = 128;
        batch.Add(sequence, new int[Rows]);
        for (int row = 0; row < Rows; row++)
        {
            batch.Score(row, 0);
        }

        model.Run(batch);
        BackendCounters counters = model.Backend.Counters;
        int products = 4 * model.Config.BlockCount;
        Assert.Equal(products + 2, counters.MatMuls); // the output in two groups of 64 rows
        Assert.Equal((products + 1L) * Rows, counters.BatchedRows);
        Assert.Equal(0, counters.VectorRows);
    }

    protected override IComputeBackend CreateBackend(ActivationMode activations) => new SimdBackend(2, activations);
}

public sealed class SimdModelBatchingTests : ModelBatchingTests
{
    protected override IComputeBackend CreateBackend(ActivationMode activations) => new SimdBackend(2, activations);
}

public sealed class SimdAttentionUnitTests : AttentionUnitTests
{
    protected override IComputeBackend CreateBackend() => new SimdBackend(2, ActivationMode.Float32);
}

public sealed class SteadyStateTests
{
    [Fact]
    public void Run_DecodeSteps_AllocateNothingThatGrowsWithTheModel()
    {
        using LanguageModel model = ModelRuns.Load(TinyGolden.File("llama"), new SimdBackend(1, ActivationMode.Int8));
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        var sampling = new SamplingRow { Temperature = 1, TopK = 40, Seed = 1 };
        int token = 1;
        void Step()
        {
            batch.Clear();
            int slot = batch.Sample(batch.Add(sequence, [token]), sampling);
            model.Run(batch);
            token = batch.Token(slot).Token;
        }

        for (int i = 0; i < 70; i++)
        {
            Step();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            Step();
        }

        // Small change such as a boxed enumerator is fine; buffers, plans and logits are not.
        long perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / 50;
        Assert.True(perStep < 512, $"{perStep} bytes a token");
    }
}
