using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class EvalTests
{
    private const string Rows = """
        {"id":"one","question":"Where is the key?","answers":["blue pot"],"documents":["house.txt"]}
        {"id":"two","question":"Who has the lamp?","answers":["Anna"],"documents":[{"name":"lamp.txt","text":"Nobody has the lamp. It is gone."}]}
        """;

    [Fact]
    public async Task Qa_OneOfTwoRight_GivesHalfWithItsInterval()
    {
        using TemporaryFolder folder = Folder();

        CommandRun run = await RunAsync(folder, "eval", "qa", "q.jsonl", "--json", "--verbose");

        Assert.Equal(0, run.Code);
        JsonElement all = run.Json.GetProperty("all");
        Assert.Equal(0.5, all.GetProperty("score").GetDouble());
        Assert.InRange(all.GetProperty("low").GetDouble(), 0.09, 0.1);
        Assert.InRange(all.GetProperty("high").GetDouble(), 0.9, 0.91);
        Assert.Equal(2, all.GetProperty("calls").GetInt32());
        Assert.Equal(["one", "two"], run.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()));
        Assert.Contains("right  one", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Qa_WithLimit_AsksNoMore()
    {
        using TemporaryFolder folder = Folder();

        CommandRun run = await RunAsync(folder, "eval", "qa", "q.jsonl", "--limit", "1");

        Assert.Equal(0, run.Code);
        Assert.Matches(@"all +1 +100\.0 %", run.Out);
    }

    [Fact]
    public async Task Qa_BaselineManager_NeverShowsTheDocument()
    {
        using TemporaryFolder folder = Folder();
        List<string> prompts = [];
        var client = new ScriptedClient(prompt =>
        {
            prompts.Add(prompt);
            return "The blue pot.";
        });

        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { Clients = client, Folder = folder.Path }, "eval", "qa", "q.jsonl", "--baseline", "manager", "--json");

        Assert.Equal("baseline manager", run.Json.GetProperty("strategy").GetString());
        Assert.All(prompts, p => Assert.DoesNotContain("Nobody knows why", p, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Qa_BaselineTruncated_ShowsTheBeginningThatFits()
    {
        using var folder = new TemporaryFolder();
        folder.Write("long.txt", "It begins here. " + string.Concat(Enumerable.Range(0, 4000).Select(i => $"Sentence number {i} follows. ")) + "It ends here.");
        folder.Write("q.jsonl", """{"question":"Where is the key?","answers":["blue pot"],"documents":["long.txt"]}""");
        string shown = "";
        var client = new ScriptedClient(prompt =>
        {
            shown = prompt;
            return "The blue pot.";
        });

        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { Clients = client, Folder = folder.Path }, "eval", "qa", "q.jsonl", "--baseline", "truncated", "--window", "2048", "--json");

        Assert.Equal(1, run.Json.GetProperty("all").GetProperty("calls").GetInt32());
        Assert.Contains("It begins here.", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("It ends here.", shown, StringComparison.Ordinal);
        Assert.Contains("Sentence number 50 follows.", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"answers\":[\"x\"]}")]
    public async Task Qa_WrongRow_ExitsFiveAndNamesTheLine(string row)
    {
        using var folder = new TemporaryFolder();
        folder.Write("q.jsonl", row);

        CommandRun run = await RunAsync(folder, "eval", "qa", "q.jsonl");

        Assert.Equal(5, run.Code);
        Assert.Contains("line 1", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qa", "no-such.jsonl")]
    [InlineData("nq", "--data", "no-such-folder")]
    [InlineData("needle", "--data", "no-such-folder")]
    public async Task Eval_MissingData_ExitsFive(params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        CommandRun run = await RunAsync(folder, ["eval", .. arguments]);

        Assert.Equal(5, run.Code);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("house.txt", "The lamp stands in the hall. The key is under the blue pot. Nobody knows why.");
        folder.Write("q.jsonl", Rows);
        return folder;
    }

    private static Task<CommandRun> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        CommandRun.OfAsync(new CommandRun.Setting { Clients = new ScriptedClient(_ => "The key is under the blue pot."), Folder = folder.Path }, arguments);
}
