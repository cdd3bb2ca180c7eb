using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class AskTests
{
    private const string Text = "The lamp stands in the hall. The key is under the blue pot. Nobody knows why.";
    private const string Question = "Where is the key?";

    [Fact]
    public async Task Ask_ShortDocument_PrintsTheAnswerOnStandardOutputAndTheCostOnStandardError()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("house.txt", Text);

        CommandRun run = await AskAsync("The key is under the blue pot.", file, Question);

        Assert.Equal(0, run.Code);
        Assert.StartsWith("The key is under the blue pot.\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 call", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WithJson_GivesExactlyTheContractsFields()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("house.txt", Text);

        CommandRun run = await AskAsync("The key is under the blue pot.", file, Question, "--json");

        Assert.Equal(0, run.Code);
        Assert.Single(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["answer", "deadLetters", "evidence", "plan", "reason", "run", "status", "usage"], Names(run.Json));
        Assert.Equal(["cachedTokens", "calls", "generatedTokens", "journalled", "promptTokens", "seconds", "stages"], Names(run.Json.GetProperty("usage")));
        Assert.Equal(["calls", "chunks", "notes", "promptTokens", "seconds", "stages", "strategy"], Names(run.Json.GetProperty("plan")));
        Assert.Equal("Answered", run.Json.GetProperty("status").GetString());
        Assert.StartsWith("direct-", run.Json.GetProperty("run").GetString(), StringComparison.Ordinal);
        JsonElement evidence = run.Json.GetProperty("evidence")[0];
        Assert.Equal(["end", "page", "quote", "source", "stage", "start", "verified"], Names(evidence));
        string quote = evidence.GetProperty("quote").GetString()!;
        Assert.Equal(quote, Text[evidence.GetProperty("start").GetInt32()..evidence.GetProperty("end").GetInt32()]);
    }

    [Fact]
    public async Task Ask_PlanOnly_CallsNoModelAndSaysTheCost()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("house.txt", Text);
        var client = new ScriptedClient(_ => "never");

        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { Clients = client }, "ask", file, Question, "--plan", "--json");

        Assert.Equal(0, run.Code);
        Assert.Equal(0, client.Calls);
        Assert.Equal("Planned", run.Json.GetProperty("status").GetString());
        Assert.Equal(1, run.Json.GetProperty("plan").GetProperty("calls").GetInt32());
    }

    [Fact]
    public async Task Ask_FromStandardInput_ReadsIt()
    {
        var setting = new CommandRun.Setting { Clients = new ScriptedClient(_ => "The key is under the blue pot."), InputText = Text };

        CommandRun run = await CommandRun.OfAsync(setting, "ask", "-", Question, "--json", "--quiet");

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal("standard input", run.Json.GetProperty("evidence")[0].GetProperty("source").GetString());
    }

    [Fact]
    public async Task Ask_FolderAndPattern_ReadsTheTextsInThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/house.md", Text);
        folder.Write("b/house.md", "Nothing here.");
        folder.Write("b/picture.png", "x");
        string asked = "";
        var setting = new CommandRun.Setting
        {
            Folder = folder.Path,
            Clients = new ScriptedClient(prompt =>
            {
                asked = prompt;
                return "The key is under the blue pot.";
            }),
        };

        CommandRun run = await CommandRun.OfAsync(setting, "ask", "a/*.md", "b", Question);

        Assert.Equal(0, run.Code);
        Assert.Contains("blue pot", asked, StringComparison.Ordinal);
        Assert.Contains("Nothing here.", asked, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("a", "house.md"), run.Out, StringComparison.Ordinal);
        Assert.Contains("1 of the 2 files in b", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--strategy", "memory", "'memory' is not built yet")]
    [InlineData("--strategy", "magic", "no strategy 'magic'")]
    [InlineData("--choices", "a,b", "--choices is not built yet")]
    [InlineData("--trace", "t.html", "--trace is not built yet")]
    [InlineData("--order", "sideways", "--order cannot be 'sideways'")]
    [InlineData("--call-cap", "0", "--call-cap must be greater than 0")]
    [InlineData("--max-tokens", "-1", "--max-tokens must be greater than 0")]
    public async Task Ask_OptionThatCannotBeHonoured_IsRefusedBeforeAnythingIsRead(string option, string value, string said)
    {
        CommandRun run = await AskAsync("never", "no-such-file.txt", Question, option, value);

        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--attribute")]
    public async Task Ask_SwitchThatIsNotBuilt_IsRefused(string option)
    {
        CommandRun run = await AskAsync("never", "no-such-file.txt", Question, option);

        Assert.Equal(2, run.Code);
        Assert.Contains("not built yet", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("only one argument")]
    [InlineData("LICENSE")]
    [InlineData("LICENSE", "")]
    [InlineData("LICENSE", "   ")]
    [InlineData("What?", "LICENSE")]
    public async Task Ask_WithoutDocumentOrQuestion_ExitsTwo(params string[] arguments)
    {
        CommandRun run = await AskAsync("never", arguments);

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Ask_CallCapTooSmall_ExitsFourWithTheReason()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("long.txt", string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"Sentence number {i} says that the key is not here.")));

        CommandRun run = await AskAsync("The key is here.", file, Question, "--call-cap", "1", "--window", "2048", "--strategy", "chain", "--json");

        Assert.Equal(4, run.Code);
        Assert.Equal("BudgetExceeded", run.Json.GetProperty("status").GetString());
        Assert.Contains("1 model calls", run.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, run.Json.GetProperty("usage").GetProperty("calls").GetInt32());
    }

    [Fact]
    public async Task Ask_WindowSmallerThanTheTemplate_ExitsFourWithNumbers()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("house.txt", Text);

        CommandRun run = await AskAsync("never", file, Question, "--window", "16");

        Assert.Equal(4, run.Code);
        Assert.Matches("[0-9]+", run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Ask_QuestionLongerThanTheWindow_ExitsFour()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("house.txt", Text);

        CommandRun run = await AskAsync("never", file, string.Join(' ', Enumerable.Repeat("why", 5000)), "--window", "1024");

        Assert.Equal(4, run.Code);
    }

    [Fact]
    public async Task Ask_Cancelled_Exits130AndSaysWhatWasDone()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        string file = folder.Write("house.txt", Text);
        var client = new ScriptedClient(_ => "never") { Gate = new TaskCompletionSource().Task };
        Task<CommandRun> running = CommandRun.OfAsync(new CommandRun.Setting { Clients = client, Cancellation = cancel.Token }, "ask", file, Question);
        await client.Called.Task;

        await cancel.CancelAsync();

        CommandRun run = await running;
        Assert.Equal(130, run.Code);
        Assert.Contains("Cancelled.", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    private static Task<CommandRun> AskAsync(string reply, params string[] arguments) =>
        CommandRun.OfAsync(new CommandRun.Setting { Clients = new ScriptedClient(_ => reply) }, ["ask", .. arguments]);

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)];
}
