using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class TokenizeTests
{
    [Fact]
    public async Task Tokenize_JsonLines_ComesBackThroughDetokenize()
    {
        string[] texts = ["", "Hello, world", "naïve café 漢字 🙂", "a\nb\t\"c\" \\", "<|im_start|>"];
        string input = string.Join('\n', texts.Select((t, i) => i % 2 == 0 ? Json(t) : $"{{\"text\":{Json(t)}}}"));

        CommandRun ids = await CommandRun.OfAsync(new CommandRun.Setting { InputText = input }, "model", "tokenize", "--jsonl");
        CommandRun back = await CommandRun.OfAsync(new CommandRun.Setting { InputText = ids.Out }, "model", "detokenize", "--jsonl");

        Assert.Equal((0, 0), (ids.Code, back.Code));
        Assert.Equal(texts, back.JsonLines.Select(l => l.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Tokenize_SpecialToken_IsOneTokenOnlyWhenAskedFor()
    {
        CommandRun plain = await CommandRun.OfAsync("model", "tokenize", "<|im_start|>", "--json");
        CommandRun special = await CommandRun.OfAsync("model", "tokenize", "<|im_start|>", "--json", "--special");

        Assert.True(plain.Json.GetProperty("ids").GetArrayLength() > 1);
        Assert.Equal("""{"ids":[1]}""", special.Out.TrimEnd());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("17")]
    [InlineData("{\"other\":1}")]
    public async Task Tokenize_WrongLine_ExitsTwoAndNamesTheLine(string line)
    {
        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { InputText = "\"fine\"\n" + line }, "model", "tokenize", "--jsonl");

        Assert.Equal(2, run.Code);
        Assert.Contains("Line 2", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,x")]
    [InlineData("-1")]
    [InlineData("49152")]
    public async Task Detokenize_NoSuchToken_ExitsTwo(string ids)
    {
        CommandRun run = await CommandRun.OfAsync("model", "detokenize", "--", ids);

        Assert.Equal(2, run.Code);
    }

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
