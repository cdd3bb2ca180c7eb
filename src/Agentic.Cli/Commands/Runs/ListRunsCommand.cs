using System.Globalization;
using Agentic.Cli.Frame;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;
using Agentic.Storage;

namespace Agentic.Cli.Commands.Runs;

/// <summary><c>runs list</c>: what is journalled, the newest first.</summary>
internal sealed class ListRunsCommand() : AgenticCommand("list", "The journalled runs, the newest first.")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using Workspace workspace = WorkspaceChoice.Open(context);
        IReadOnlyList<RunRecord> runs = await workspace.Runs.ListAsync(cancellationToken).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteJson(new { runs = runs.Select(RunJson.Of), workspace = workspace.Folder });
            return ExitCode.Ok;
        }

        int width = runs.Count == 0 ? 0 : runs.Max(r => r.Run.Length);
        foreach (RunRecord run in runs)
        {
            string started = run.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            context.Output.Out.WriteLine($"{run.Run.PadRight(width)}  {started}  {RunJson.Status(run),-14}  {Words.Count(run.Calls, "call"),12}  {TextWrap.OneLine(run.Subject, 80)}");
        }

        if (runs.Count == 0)
        {
            context.Say($"There are no runs in {workspace.Folder}.");
        }

        return ExitCode.Ok;
    }
}
