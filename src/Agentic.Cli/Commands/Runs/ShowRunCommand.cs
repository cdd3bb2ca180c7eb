using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agentic.Cli.Frame;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;
using Agentic.Storage;

namespace Agentic.Cli.Commands.Runs;

/// <summary><c>runs show</c>: what a run was about, what it cost and what came of it.</summary>
internal sealed class ShowRunCommand : AgenticCommand
{
    private readonly Argument<string> _run = new("run") { Description = "Name of the run." };

    public ShowRunCommand() : base("show", "What a run was about, what it cost and what came of it.") => Arguments.Add(_run);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using Workspace workspace = WorkspaceChoice.Open(context);
        RunDetails run = await FindAsync(workspace, context.Value(_run)!, cancellationToken).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteJson(new
            {
                run = RunJson.Of(run.Record),
                facts = run.Facts.Facts.Select(RunJson.Of),
                stages = Stages(run).Select(s => new { s.Stage, s.Verb, s.Calls, s.PromptTokens, s.GeneratedTokens, s.Seconds }),
                answer = RunJson.Parsed(run.Answer),
            });
            return ExitCode.Ok;
        }

        TextWriter output = context.Output.Out;
        output.WriteLine($"{run.Record.Run}: {run.Record.Strategy}, {RunJson.Status(run.Record)}, begun {run.Record.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}");
        output.WriteLine(run.Record.Subject);
        foreach (RunFact fact in run.Facts.Facts)
        {
            output.WriteLine($"  {fact.Name}: {fact.Hash.AsSpan(0, Math.Min(12, fact.Hash.Length))}");
        }

        foreach (var stage in Stages(run))
        {
            output.WriteLine($"{stage.Stage}, {stage.Verb}: {Words.Count(stage.Calls, "call")}, {Words.Count(stage.PromptTokens, "prompt token")}, {Words.Number(stage.GeneratedTokens)} generated, {Words.Time(stage.Seconds)}");
        }

        if (RunJson.Parsed(run.Answer) is { } answer && answer.TryGetProperty("text", out JsonElement text) && text.GetString() is { Length: > 0 } said)
        {
            output.WriteLine();
            output.WriteLine(said);
        }

        return ExitCode.Ok;
    }

    /// <exception cref="UsageException">There is no such run.</exception>
    internal static async Task<RunDetails> FindAsync(Workspace workspace, string name, CancellationToken cancellationToken) =>
        await workspace.Runs.FindAsync(name, cancellationToken).ConfigureAwait(false)
        ?? throw new UsageException($"There is no run '{name}' in {workspace.Folder}.", "See 'agentic runs list'.");

    private static IEnumerable<(string Stage, string Verb, int Calls, long PromptTokens, long GeneratedTokens, double Seconds)> Stages(RunDetails run) =>
        run.Calls.GroupBy(c => (c.Stage, c.Verb)).Select(g => (g.Key.Stage, g.Key.Verb, g.Count(), g.Sum(c => c.PromptTokens), g.Sum(c => c.GeneratedTokens), g.Sum(c => c.Seconds)));
}
