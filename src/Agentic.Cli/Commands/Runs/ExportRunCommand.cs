using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;
using Agentic.Storage;

namespace Agentic.Cli.Commands.Runs;

/// <summary><c>runs export</c>: a whole run as JSON Lines: itself, its facts, its calls, its events, its answer.</summary>
internal sealed class ExportRunCommand : AgenticCommand
{
    private readonly Argument<string> _run = new("run") { Description = "Name of the run." };

    public ExportRunCommand() : base("export", "A whole run as JSON Lines: run, facts, calls with their replies, events, answer.") => Arguments.Add(_run);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using Workspace workspace = WorkspaceChoice.Open(context);
        RunDetails run = await ShowRunCommand.FindAsync(workspace, context.Value(_run)!, cancellationToken).ConfigureAwait(false);
        IEnumerable<object> lines =
        [
            new { run = RunJson.Of(run.Record) },
            .. run.Facts.Facts.Select(fact => new { fact = RunJson.Of(fact) }),
            .. run.Calls.Select(call => new { call = RunJson.Of(call) }),
            .. run.Events.Select(happened => new { @event = RunJson.Parsed(happened) }),
        ];
        foreach (object line in lines)
        {
            context.Output.Out.WriteLine(CliJson.Line(line));
        }

        if (run.Answer is not null)
        {
            context.Output.Out.WriteLine(CliJson.Line(new { answer = RunJson.Parsed(run.Answer) }));
        }

        return ExitCode.Ok;
    }
}
