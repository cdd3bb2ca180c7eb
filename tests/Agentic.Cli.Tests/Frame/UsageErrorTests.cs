using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Frame;

public class UsageErrorTests
{
    [Theory]
    [InlineData("model", "lisst")]
    [InlineData("model", "info", "--mdoel", "x")]
    [InlineData("model")]
    [InlineData("model", "info", "--window", "many")]
    [InlineData("model", "info", "--window", "0")]
    [InlineData("model", "info", "--window", "-5")]
    [InlineData("model", "info", "--threads", "100000")]
    [InlineData("model", "info", "--backend", "abacus")]
    [InlineData("model", "info", "--backend", "cuda")]
    [InlineData("model", "info", "--attention", "quest:pages=4")]
    [InlineData("model", "info", "--activations", "int3")]
    [InlineData("model", "info", "--chat-format", "alpaca")]
    [InlineData("model", "generate", "x", "--max-tokens", "0")]
    [InlineData("model", "generate", "x", "--max-tokens", "-1")]
    [InlineData("model", "generate", "x", "--max-tokens", "2147483648")]
    [InlineData("model", "generate", "x", "--max-tokens", "99999999999999999999")]
    [InlineData("model", "generate", "x", "--temperature", "NaN")]
    [InlineData("model", "generate", "x", "--temperature", "1e9")]
    [InlineData("model", "generate", "x", "--temperature", "-1")]
    [InlineData("model", "generate", "x", "--top-k", "-2")]
    [InlineData("model", "generate", "x", "--top-p", "1.5")]
    [InlineData("model", "generate", "")]
    [InlineData("model", "generate", "--system", "Be terse.")]
    [InlineData("model", "bench", "--batch", "1,1048577")]
    [InlineData("model", "info", "--kv-memory", "much")]
    [InlineData("model", "info", "--kv-type", "q4_0")]
    [InlineData("model", "info", "--quiet", "--verbose")]
    [InlineData("model", "info", "--endpoint", "http://localhost:1")]
    [InlineData("model", "info", "--endpoint", "nowhere", "--model", "x")]
    [InlineData("write", "A story", "--words", "900")]
    [InlineData("chat")]
    [InlineData("serve", "--port", "8080")]
    [InlineData("runs", "delete")]
    [InlineData("runs", "show", "nothing")]
    public async Task Run_WrongOrNotBuilt_ExitsTwoWithOneSentenceOnStandardError(params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Out);
        Assert.StartsWith("agentic: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.InRange(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }

    [Fact]
    public async Task Run_WrongWithJson_PutsTheErrorOnStandardOutputOnly()
    {
        CommandRun run = await CommandRun.OfAsync("model", "lisst", "--json");

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Error);
        var error = run.Json.GetProperty("error");
        Assert.Equal("usage", error.GetProperty("code").GetString());
        Assert.Contains("lisst", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'list'?", error.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotBuilt_SaysSo()
    {
        CommandRun run = await CommandRun.OfAsync("serve");

        Assert.Contains("'agentic serve' is not built yet", run.Error, StringComparison.Ordinal);
    }
}
