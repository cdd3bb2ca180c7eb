using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>Every tiny model against what transformers computes from it, on the backend that a subclass makes.</summary>
public abstract class ModelGoldenTests
{
    public static TheoryData<string, int> NamesAndChunks()
    {
        var data = new TheoryData<string, int>();
        foreach (string name in TinyGolden.Names)
        {
            data.Add(name, 256);
            data.Add(name, 7);
            data.Add(name, 1);
        }

        return data;
    }

    protected abstract IComputeBackend CreateBackend(ActivationMode activations);

    [Theory]
    [MemberData(nameof(NamesAndChunks))]
    public void Logits_FloatActivations_WithinFloatTolerance(string name, int chunk)
    {
        TinyGolden golden = TinyGolden.Read(name);
        CompareLogits(name, golden, ActivationMode.Float32, chunk, golden.FloatTolerance);
    }

    [Theory]
    [MemberData(nameof(NamesAndChunks))]
    public void Logits_RoundedActivations_WithinRoundedTolerance(string name, int chunk)
    {
        TinyGolden golden = TinyGolden.Read(name);
        CompareLogits(name, golden, ActivationMode.Int8, chunk, golden.RoundedTolerance);
    }

    [Theory]
    [MemberData(nameof(NamesAndChunks))]
    public void Greedy_FloatActivations_EqualsReference(string name, int chunk)
    {
        foreach (TinyPrompt prompt in TinyGolden.Read(name).Prompts)
        {
            using LanguageModel model = ModelRuns.Load(TinyGolden.File(name), CreateBackend(ActivationMode.Float32), window: prompt.Window(name));
            using KvSequence sequence = model.Cache.Create();
            ModelRuns.Logits(model, sequence, prompt.Ids.AsSpan(0, prompt.Ids.Length - 1), chunk);
            Assert.Equal(prompt.Greedy, ModelRuns.Greedy(model, sequence, prompt.Ids[^1], prompt.Greedy.Length));
        }
    }

    private void CompareLogits(string name, TinyGolden golden, ActivationMode activations, int chunk, float tolerance)
    {
        foreach (TinyPrompt prompt in golden.Prompts)
        {
            using LanguageModel model = ModelRuns.Load(TinyGolden.File(name), CreateBackend(activations), window: prompt.Window(name));
            using (KvSequence sequence = model.Cache.Create())
            {
                float[][] found = ModelRuns.Logits(model, sequence, prompt.Ids, chunk, [.. prompt.Logits.Select(row => row.Position)]);
                for (int i = 0; i < found.Length; i++)
                {
                    float worst = 0;
                    foreach ((float actual, float expected) in found[i].Zip(prompt.Logits[i].Values))
                    {
                        float difference = MathF.Abs(actual - expected);
                        worst = difference > worst || float.IsNaN(difference) ? difference : worst;
                    }

                    Assert.True(worst <= tolerance, $"{name}, prompt of {prompt.Ids.Length}, position {prompt.Logits[i].Position}: off by {worst}, allowed {tolerance}");
                }
            }

            Assert.Equal(0, model.Cache.UsedPages);
        }
    }
}
