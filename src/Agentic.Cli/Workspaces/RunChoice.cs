using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Runs;
using Agentic.Storage;

namespace Agentic.Cli.Workspaces;

/// <summary>The options of every command that journals what it does.</summary>
internal sealed class RunChoice
{
    private readonly Option<string?> _run = new("--run") { Description = "Name a run, or continue it: calls that are on record are not made again.", HelpName = "ID" };
    private readonly Option<bool> _fork = new("--fork") { Description = "When the run named by --run is about something else, begin a new one with its calls." };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "Do not continue an interrupted run about the same." };
    private readonly Option<bool> _noJournal = new("--no-journal") { Description = "Keep nothing on disk: an interrupted run is lost." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_run, _fork, _fresh, _noJournal])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Refuses options that contradict each other.</summary>
    /// <exception cref="UsageException">They do.</exception>
    public void Check(CommandContext context)
    {
        if (context.Value(_noJournal) && (context.Given(_run) || context.Value(_fork)))
        {
            throw new UsageException("--no-journal and --run contradict each other.");
        }

        if (context.Value(_fork) && !context.Given(_run))
        {
            throw new UsageException("--fork needs --run ID, the run to fork.");
        }
    }

    /// <summary>The workspace to journal in; null when nothing is journalled. The caller disposes it.</summary>
    /// <exception cref="StorageException">The one that was named cannot be used.</exception>
    public Workspace? Open(CommandContext context) =>
        context.Value(_noJournal) ? null : context.Given(_run) ? WorkspaceChoice.Open(context) : WorkspaceChoice.TryOpen(context);

    /// <summary>How to journal in it.</summary>
    public RunJournaling Journaling(CommandContext context, Workspace workspace) =>
        new(workspace.Runs) { Run = context.Value(_run), Fork = context.Value(_fork), Fresh = context.Value(_fresh) };
}
