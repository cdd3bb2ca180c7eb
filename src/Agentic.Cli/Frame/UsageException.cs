namespace Agentic.Cli.Frame;

/// <summary>The command line asks for something impossible or not built yet.</summary>
internal sealed class UsageException(string message, string? hint = null) : AgenticException(message, hint)
{
    public override string Code => "usage";
}
