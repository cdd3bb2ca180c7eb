using Agentic.Cli.Frame;
using Agentic.Storage;

namespace Agentic.Cli.Workspaces;

/// <summary>Which workspace a command uses: <c>--workspace</c>, else AGENTIC_WORKSPACE, else the platform's place.</summary>
internal static class WorkspaceChoice
{
    public const string Variable = "AGENTIC_WORKSPACE";

    /// <summary>The folder, and whether the user named it.</summary>
    public static (string Folder, bool Named) Of(CommandContext context) =>
        (context.Value(context.Options.Workspace) ?? context.Host.Variable(Variable)) is { Length: > 0 } named
            ? (context.Host.Absolute(named), true)
            : (Workspace.DefaultFolder, false);

    /// <exception cref="StorageException">It cannot be used.</exception>
    public static Workspace Open(CommandContext context) => Workspace.Open(Of(context).Folder);

    /// <summary>The workspace; null, and said so, when nobody named one and the usual place cannot be written.</summary>
    /// <exception cref="StorageException">The one that was named cannot be used.</exception>
    public static Workspace? TryOpen(CommandContext context)
    {
        try
        {
            return Open(context);
        }
        catch (StorageException e) when (!Of(context).Named)
        {
            context.Say($"note: the run is not journalled: {e.Message}");
            return null;
        }
    }
}
