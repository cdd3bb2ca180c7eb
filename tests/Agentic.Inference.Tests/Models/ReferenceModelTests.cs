using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>Architectures and variants without goldens, against an independent forward pass; which itself meets the goldens that there are.</summary>
public sealed class ReferenceModelTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("llama-yarn")]
    [InlineData("gemma3")]
    public void Logits_OfTheReference_MeetTheGoldens(string name)
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File(name));
        TinyGolden golden = TinyGolden.Read(name);
        TinyPrompt prompt = golden.Prompts[1];
        double[][] logits = new ReferenceModel(file).Logits(prompt.Ids);
        foreach ((int position, float[] values) in prompt.Logits)
        {
            AssertClose(logits[position], values, golden.FloatTolerance);
        }
    }

    [Theory]
    [InlineData("olmo2")]
    [InlineData("olmo3")]
    [InlineData("granite")]
    [InlineData("smollm3")]
    [InlineData("sliding-llama")]
    [InlineData("sliding-pattern")]
    public void Logits_WithoutGoldens_MeetTheReference(string name)
    {
        using TemporaryFile model = SyntheticModel.Write(name);
        var random = new Random(name.Length);
        int[] ids = [.. Enumerable.Range(0, 30).Select(_ => random.Next(SyntheticModel.Vocabulary))];
        double[][] expected;
        using (GgufFile file = GgufFile.Open(model.Path))
        {
            expected = new ReferenceModel(file).Logits(ids);
        }

        Assert.InRange(expected.Max(row => row.Max() - row.Min()), 1, 100);
        foreach (IComputeBackend backend in (IComputeBackend[])[new ScalarBackend(ActivationMode.Float32), new SimdBackend(2, ActivationMode.Float32)])
        {
            using LanguageModel engine = ModelRuns.Load(model.Path, backend);
            foreach (int chunk in (int[])[30, 7, 1])
            {
                using KvSequence sequence = engine.Cache.Create();
                float[][] found = ModelRuns.Logits(engine, sequence, ids, chunk, [.. Enumerable.Range(0, ids.Length)]);
                for (int t = 0; t < ids.Length; t++)
                {
                    AssertClose(expected[t], found[t], 1e-3f);
                }
            }
        }
    }

    private static void AssertClose(double[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance, $"off by {worst}, allowed {tolerance}");
    }
}
