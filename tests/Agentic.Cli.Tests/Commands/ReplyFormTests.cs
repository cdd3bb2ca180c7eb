using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

/// <summary><c>model generate</c> with replies held to a form.</summary>
public sealed class ReplyFormTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentic-form").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Generate_Grammar_ClosedAtItsLimit_IsAWord()
    {
        CommandRun run = await GenerateAsync("--grammar", File("list.gbnf", "root ::= (\"- \" [a-z]+ \"\\n\"){2}"), "--close-at-limit", "--max-tokens", "10");
        Assert.Equal(0, run.Code);
        Assert.Matches("^- [a-z]+\n- [a-z]+\n$", run.Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Generate_Regex_Matches() =>
        Assert.Matches("^[0-9]{2}:[0-9]{2}$", (await GenerateAsync("--regex", "\\d\\d:\\d\\d")).Json.GetProperty("text").GetString());

    [Fact]
    public async Task Generate_Choices_IsOneOfThem()
    {
        CommandRun run = await GenerateAsync("--choices", "red, green,blue");
        Assert.Contains(run.Json.GetProperty("text").GetString(), (string[])["red", "green", "blue"]);
        Assert.Equal("stop", run.Json.GetProperty("finish").GetString());
    }

    [Theory]
    [InlineData("--json-mode", null)]
    [InlineData("--json-schema", "{\"type\":\"object\",\"properties\":{\"hue\":{\"type\":\"integer\"}},\"required\":[\"hue\"],\"additionalProperties\":false}")]
    public async Task Generate_Json_IsAnObject(string option, string? schema)
    {
        string[] form = schema is null ? [option] : [option, File("schema.json", schema)];
        CommandRun run = await GenerateAsync([.. form, "--close-at-limit", "--max-tokens", "16"]);
        JsonElement value = JsonElement.Parse(run.Json.GetProperty("text").GetString()!);
        Assert.Equal(JsonValueKind.Object, value.ValueKind);
        Assert.True(schema is null || value.GetProperty("hue").ValueKind == JsonValueKind.Number);
    }

    [Theory]
    [InlineData("exclude each other", "--regex", "a", "--json-mode")]
    [InlineData("exclude each other", "--choices", "a,b", "--grammar", "x.gbnf")]
    [InlineData("needs a form", "--close-at-limit")]
    [InlineData("--regex cannot be used: Lookahead is not supported (line 1, column 2).", "--regex", "a(?=b)")]
    [InlineData("--choices cannot be used", "--choices", "a,,b")]
    [InlineData("(line 1, column 10)", "--grammar", "wrong.gbnf")]
    [InlineData("--json-schema cannot be used", "--json-schema", "wrong.schema")]
    [InlineData("is not JSON", "--json-schema", "wrong.gbnf")]
    [InlineData("no word of finite length", "--grammar", "endless.gbnf")]
    public async Task Generate_ImpossibleForm_ExitsTwoWithASentence(string sentence, params string[] arguments)
    {
        File("wrong.gbnf", "root ::= x");
        File("endless.gbnf", "root ::= \"x\" root");
        File("wrong.schema", "{\"type\":\"number\",\"minimum\":\"x\"}");
        CommandRun run = await GenerateAsync([.. arguments.Select(argument => argument.Contains("wrong.", StringComparison.Ordinal) || argument.Contains("endless.", StringComparison.Ordinal) ? Path.Combine(_folder, argument) : argument)]);
        Assert.Equal(2, run.Code);
        Assert.Contains(sentence, run.Json.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Generate_MissingGrammar_ExitsFive() => Assert.Equal(5, (await GenerateAsync("--grammar", Path.Combine(_folder, "none.gbnf"))).Code);

    private static Task<CommandRun> GenerateAsync(params string[] arguments) =>
        CommandRun.OfAsync(["model", "generate", "Name a colour.", "--greedy", "--json", .. arguments]);

    private string File(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
