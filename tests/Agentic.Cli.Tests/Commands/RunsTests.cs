using System.Text.Json;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class RunsTests
{
    private const string Question = "How much does the moving span weigh?";
    private static readonly string Document = Path.Combine(Repository.Documents, "harbour-inquiry.md");

    [Fact]
    public async Task Ask_InterruptedAndRunAgain_GoesOnAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var client = new ScriptedClient(Reply);
        ScriptedClient dying = null!;
        dying = new ScriptedClient(prompt =>
        {
            if (dying.Calls == 3)
            {
                stop.Cancel();
            }

            return Reply(prompt);
        });
        CommandRun cancelled = await CommandRun.OfAsync(Setting(folder, dying, stop.Token), "ask", Document, Question, "--window", "4096", "--json");
        Assert.Equal(130, cancelled.Code);

        CommandRun whole = await CommandRun.OfAsync(Setting(folder, client), "ask", Document, Question, "--window", "4096", "--json");

        Assert.Equal(0, whole.Code);
        Assert.True(whole.Json.GetProperty("usage").GetProperty("journalled").GetInt32() >= 2);
        Assert.Equal(client.Calls, whole.Json.GetProperty("usage").GetProperty("calls").GetInt32());
        Assert.Contains($"run {whole.Json.GetProperty("run").GetString()} goes on: ", whole.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_ListShowExportDelete()
    {
        using var folder = new TemporaryFolder();
        var client = new ScriptedClient(_ => "412 tonnes");
        CommandRun asked = await CommandRun.OfAsync(Setting(folder, client), "ask", "-", Question, "--run", "span", "--json");
        Assert.Equal("span", asked.Json.GetProperty("run").GetString());

        JsonElement listed = (await CommandRun.OfAsync(Setting(folder, client), "runs", "list", "--json")).Json.GetProperty("runs")[0];
        Assert.Equal(("span", "Answered", 1), (listed.GetProperty("run").GetString(), listed.GetProperty("status").GetString(), listed.GetProperty("calls").GetInt32()));
        CommandRun list = await CommandRun.OfAsync(Setting(folder, client), "runs", "list");
        Assert.Contains(Question, list.Out, StringComparison.Ordinal);

        CommandRun shown = await CommandRun.OfAsync(Setting(folder, client), "runs", "show", "span");
        Assert.Contains("412 tonnes", shown.Out, StringComparison.Ordinal);
        Assert.Contains("1 call", shown.Out, StringComparison.Ordinal);

        JsonElement[] exported = [.. (await CommandRun.OfAsync(Setting(folder, client), "runs", "export", "span")).JsonLines];
        Assert.Equal("412 tonnes", exported.Single(e => e.TryGetProperty("call", out _)).GetProperty("call").GetProperty("reply").GetProperty("Text").GetString());
        Assert.Equal("412 tonnes", exported[^1].GetProperty("answer").GetProperty("text").GetString());

        Assert.Equal(0, (await CommandRun.OfAsync(Setting(folder, client), "runs", "delete", "span")).Code);
        CommandRun gone = await CommandRun.OfAsync(Setting(folder, client), "runs", "show", "span");
        Assert.Equal(2, gone.Code);
        Assert.Contains("no run 'span'", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NamedRunWithAnotherQuestion_IsRefusedAndForksOnRequest()
    {
        using var folder = new TemporaryFolder();
        var client = new ScriptedClient(_ => "412 tonnes");
        await CommandRun.OfAsync(Setting(folder, client), "ask", "-", Question, "--run", "span");

        CommandRun refused = await CommandRun.OfAsync(Setting(folder, client), "ask", "-", "Who built it?", "--run", "span");
        Assert.Equal(2, refused.Code);
        Assert.Contains("the question changed", refused.Error, StringComparison.Ordinal);
        CommandRun forked = await CommandRun.OfAsync(Setting(folder, client), "ask", "-", "Who built it?", "--run", "span", "--fork", "--json");
        Assert.Equal(0, forked.Code);
        Assert.NotEqual("span", forked.Json.GetProperty("run").GetString());
    }

    [Fact]
    public async Task Ask_WithoutJournal_WritesNothing()
    {
        using var folder = new TemporaryFolder();
        CommandRun run = await CommandRun.OfAsync(Setting(folder, new ScriptedClient(_ => "412 tonnes")), "ask", "-", Question, "--no-journal", "--json");

        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("run").ValueKind);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("--no-journal", "--run", "x", "contradict")]
    [InlineData("--fork", "--fresh", "--fork", "--fork needs --run")]
    [InlineData("--run", "../x", "--fresh", "cannot name a run")]
    public async Task Ask_ImpossibleRun_IsRefused(string first, string second, string third, string said)
    {
        using var folder = new TemporaryFolder();
        CommandRun run = await CommandRun.OfAsync(Setting(folder, new ScriptedClient(_ => "x")), "ask", "-", Question, first, second, third);

        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WorkspaceThatCannotBe_IsOneSentence()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "x");
        CommandRun run = await CommandRun.OfAsync(Setting(folder, new ScriptedClient(_ => "x")), "ask", "-", Question, "--workspace", Path.Combine(file, "inner"));

        Assert.Equal(1, run.Code);
        Assert.Contains("The workspace cannot be written", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private static string Reply(string prompt) => prompt.Contains("QUOTE", StringComparison.Ordinal)
        ? "QUOTE: \"The moving span of the Lanthorn Bridge weighs 412 tonnes\"\nRELEVANCE: 5\nANSWER: 412 tonnes\nOPEN: NONE"
        : "412 tonnes";

    private static CommandRun.Setting Setting(TemporaryFolder folder, ScriptedClient client, CancellationToken cancellation = default) =>
        new() { Workspace = folder.Path, Clients = client, InputText = "The moving span weighs 412 tonnes.", Cancellation = cancellation };
}
