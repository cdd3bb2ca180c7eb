using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

/// <summary>The command with the model that lies in the tree, over the documents that lie in the tree.</summary>
public class RealModelTests
{
    [Fact]
    public async Task Generate_Greedy_IsTheSameEveryTime()
    {
        string[] arguments = ["model", "generate", "Name three primary colours.", "--greedy", "--max-tokens", "24", "--json"];

        CommandRun one = await CommandRun.OfAsync(arguments);
        CommandRun two = await CommandRun.OfAsync(arguments);

        Assert.Equal(0, one.Code);
        Assert.Equal(["finish", "ids", "text", "usage"], one.Json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.Equal("length", one.Json.GetProperty("finish").GetString());
        Assert.Equal(24, one.Json.GetProperty("ids").GetArrayLength());
        Assert.Equal(24, one.Json.GetProperty("usage").GetProperty("generatedTokens").GetInt32());
        Assert.Equal(one.Json.GetProperty("text").GetString(), two.Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Generate_FromIdsOrRawText_ContinuesTheSamePrompt()
    {
        CommandRun ids = await CommandRun.OfAsync("model", "tokenize", "Once upon a time", "--json");
        string list = string.Join(',', ids.Json.GetProperty("ids").EnumerateArray());

        CommandRun fromIds = await CommandRun.OfAsync("model", "generate", "--ids", list, "--greedy", "--max-tokens", "12");
        CommandRun fromText = await CommandRun.OfAsync("model", "generate", "Once upon a time", "--raw", "--greedy", "--max-tokens", "12");

        Assert.Equal((0, 0), (fromIds.Code, fromText.Code));
        Assert.NotEmpty(fromText.Out.Trim());
        Assert.Equal(fromText.Out, fromIds.Out);
    }

    [Fact]
    public async Task Generate_SameSeed_DrawsTheSameAndAnotherSeedDoesNot()
    {
        static Task<CommandRun> DrawAsync(string seed) => CommandRun.OfAsync("model", "generate", "Tell a story.", "--temperature", "1.2", "--seed", seed, "--max-tokens", "24", "--quiet");

        CommandRun one = await DrawAsync("7");

        Assert.Equal(one.Out, (await DrawAsync("7")).Out);
        Assert.NotEqual(one.Out, (await DrawAsync("8")).Out);
    }

    [Theory]
    [InlineData("model", "generate")]
    [InlineData("model", "generate", "x", "--ids", "1,2")]
    [InlineData("model", "generate", "--ids", "")]
    [InlineData("model", "generate", "--ids", "1,99999999")]
    [InlineData("model", "generate", "x", "--greedy", "--temperature", "1")]
    [InlineData("model", "generate", "x", "--top-p", "1.5")]
    [InlineData("model", "generate", "x", "--raw", "--system", "y")]
    [InlineData("model", "generate", "x", "--endpoint", "http://localhost:1/v1", "--model", "m")]
    [InlineData("model", "logits", "--ids", "x")]
    [InlineData("model", "bench", "--batch", "1,x")]
    public async Task Model_ImpossibleRequest_ExitsTwo(params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Generate_PromptLongerThanTheWindow_ExitsFour()
    {
        CommandRun run = await CommandRun.OfAsync("model", "generate", "Once upon a time there was a king.", "--window", "16", "--json");

        Assert.Equal(4, run.Code);
        Assert.Equal("budget-exceeded", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Score_KnownFact_IsLikelierThanNonsenseAndIdsScoreAsTheirText()
    {
        var setting = new CommandRun.Setting
        {
            InputText = """
                {"context":"The capital of France is","candidates":[" Paris"," seven"]}
                {"context":[504,3575,282,4649,314],"candidates":[[7042]]}
                """,
        };

        CommandRun run = await CommandRun.OfAsync(setting, "model", "score");

        Assert.Equal(0, run.Code);
        double[][] scores = [.. run.JsonLines.Select(l => l.GetProperty("logprobs").EnumerateArray().Select(s => s.GetDouble()).ToArray())];
        Assert.True(scores[0][0] > scores[0][1]);
        Assert.All(scores[0], s => Assert.True(s < 0));
        Assert.Equal(scores[0][0], scores[1][0]);
    }

    [Fact]
    public async Task Logits_OfAFewIds_GiveOneLineAPosition()
    {
        CommandRun run = await CommandRun.OfAsync("model", "logits", "--ids", "504,3575,282", "--top", "2");

        JsonElement[] lines = [.. run.JsonLines];
        Assert.Equal([0, 1, 2], lines.Select(l => l.GetProperty("position").GetInt32()));
        Assert.All(lines, line =>
        {
            JsonElement top = line.GetProperty("top");
            Assert.Equal(2, top.GetArrayLength());
            Assert.True(top[0][1].GetDouble() >= top[1][1].GetDouble());
            Assert.True(line.GetProperty("logsumexp").GetDouble() > top[0][1].GetDouble());
        });
    }

    [Fact]
    public async Task Perplexity_OfAText_CountsEveryTokenAfterTheFirstOfAWindow()
    {
        CommandRun run = await CommandRun.OfAsync("model", "perplexity", Path.Combine(Repository.Documents, "expedition-log.md"), "--tokens", "200", "--window", "64", "--bucket", "32", "--json");

        Assert.Equal(0, run.Code);
        Assert.Equal(200 - 4, run.Json.GetProperty("tokens").GetInt64());
        Assert.Equal(2, run.Json.GetProperty("buckets").GetArrayLength());
        double nll = run.Json.GetProperty("nll").GetDouble();
        Assert.InRange(nll, 1, 7);
        Assert.Equal(Math.Exp(nll), run.Json.GetProperty("perplexity").GetDouble(), 6);
    }

    [Fact]
    public async Task Bench_SmallWithARival_PrintsBothAndTheRatio()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // the rival below is a shell command
        }

        CommandRun run = await CommandRun.OfAsync(
            "model", "bench", "--prefill", "16", "--decode", "2", "--batch", "2", "--map", "2,8,4,2", "--runs", "1", "--json", "--rival", "echo '{\"prefillTokensPerSecond\":10,\"decodeTokensPerSecond\":5}' #");

        Assert.Equal(0, run.Code);
        double prefill = run.Json.GetProperty("prefillTokensPerSecond").GetDouble();
        Assert.True(prefill > 0);
        Assert.Equal(prefill, 10 * run.Json.GetProperty("ratio").GetProperty("prefill").GetDouble(), 0.051); // the speed is printed to a tenth
        Assert.True(run.Json.GetProperty("batch").GetProperty("2").GetDouble() > 0);
        Assert.True(run.Json.GetProperty("map").GetProperty("seconds").GetDouble() > 0);
        Assert.InRange(run.Json.GetProperty("map").GetProperty("overhead").GetDouble(), 0, 1);
        JsonElement work = run.Json.GetProperty("work");
        JsonElement limits = run.Json.GetProperty("limits");
        Assert.InRange(work.GetProperty("1").GetProperty("gigabytesPerSecond").GetDouble(), 0.1, 3 * limits.GetProperty("readGigabytesPerSecond").GetDouble());
        Assert.InRange(work.GetProperty("prefill").GetProperty("multiplyAddsPerSecond").GetDouble(), 0.1, 3 * limits.GetProperty("int8GigaPerSecond").GetDouble());
    }

    [Fact]
    public async Task Ask_PlanOverALongDocument_CountsChunksAndEstimatesTime()
    {
        CommandRun run = await CommandRun.OfAsync("ask", Path.Combine(Repository.Documents, "harbour-inquiry.md"), "How much does the moving span weigh?", "--plan", "--json");

        Assert.Equal(0, run.Code);
        JsonElement plan = run.Json.GetProperty("plan");
        Assert.Equal("chain", plan.GetProperty("strategy").GetString());
        Assert.True(plan.GetProperty("chunks").GetInt32() > 1);
        Assert.True(plan.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(0, run.Json.GetProperty("usage").GetProperty("calls").GetInt32());
    }
}
