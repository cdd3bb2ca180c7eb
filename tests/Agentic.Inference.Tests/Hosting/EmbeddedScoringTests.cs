using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Hosting;

[Collection(EmbeddedModelTests.Name)]
public sealed class EmbeddedScoringTests(EmbeddedModel model, ITestOutputHelper output)
{
    /// <summary>Per token, for activations of 8 bits.</summary>
    private const double Tolerance = 1.0;

    [Fact]
    public async Task Score_AllItemsAtOnce_TheReferencesNumbersAndBest()
    {
        var items = File.ReadLines(RepositoryFiles.Golden("smollm2", "score.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        ScoringRequest[] requests = [.. items.Select(item => new ScoringRequest(Ids(item.GetProperty("context")), [.. item.GetProperty("candidates").EnumerateArray().Select(c => Ids(c.GetProperty("ids")))]))];
        var results = await model.Client.GetService<IContinuationScorer>()!.ScoreAsync(requests);
        Assert.True(items.Count >= 10);
        double worst = 0;
        foreach (var (item, result) in items.Zip(results))
        {
            foreach (var (candidate, scores) in item.GetProperty("candidates").EnumerateArray().Zip(result.Candidates))
            {
                double[] expected = [.. candidate.GetProperty("token_logprobs").EnumerateArray().Select(p => p.GetDouble())];
                Assert.Equal(expected.Length, scores.Count);
                worst = Math.Max(worst, expected.Zip(scores, (e, s) => Math.Abs(e - s)).Max());
            }

            int best = Enumerable.Range(0, result.Candidates.Count).MaxBy(result.Sum);
            Assert.Equal(item.GetProperty("best").GetInt32(), best);
        }

        output.WriteLine($"largest difference of a token: {worst:0.000}");
        Assert.InRange(worst, 0, Tolerance);
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
