using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;
using Agentic.Storage;

namespace Agentic.Cli.Commands.Runs;

/// <summary><c>runs delete</c>: purges runs with all that was said in them.</summary>
internal sealed class DeleteRunsCommand : AgenticCommand
{
    private readonly Argument<string[]> _runs = new("run…") { Description = "Names of the runs.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int?> _olderThan = new("--older-than") { Description = "All runs begun more than so many days ago; 0 for all.", HelpName = "DAYS" };

    public DeleteRunsCommand() : base("delete", "Purge runs: documents, replies and answers in them are overwritten.")
    {
        Arguments.Add(_runs);
        AddOptions(_olderThan);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string[] names = context.Value(_runs) ?? [];
        int? days = context.Value(_olderThan);
        if (names.Length == 0 == days is null)
        {
            throw new UsageException("Say which runs to delete: their names, or --older-than DAYS.");
        }

        GlobalOptions.AtLeast(days, 0, "--older-than");
        using Workspace workspace = WorkspaceChoice.Open(context);
        if (days is int age)
        {
            DateTimeOffset before = DateTimeOffset.UtcNow.AddDays(-age);
            names = [.. (await workspace.Runs.ListAsync(cancellationToken).ConfigureAwait(false)).Where(r => r.Started <= before).Select(r => r.Run)];
        }

        foreach (string name in names)
        {
            if (!await workspace.Runs.DeleteAsync(name, cancellationToken).ConfigureAwait(false))
            {
                throw new UsageException($"There is no run '{name}' in {workspace.Folder}.", "See 'agentic runs list'; those named before it are deleted.");
            }
        }

        if (context.Json)
        {
            context.WriteJson(new { deleted = names });
        }
        else
        {
            context.Say($"{Words.Count(names.Length, "run")} deleted.");
        }

        return ExitCode.Ok;
    }
}
