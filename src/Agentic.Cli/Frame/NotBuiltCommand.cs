namespace Agentic.Cli.Frame;

/// <summary>A verb of the contract that is not built yet: it says so, whatever follows it.</summary>
internal sealed class NotBuiltCommand : AgenticCommand
{
    public NotBuiltCommand(string name, string what) : base(name, $"{what} (not built yet).")
    {
        Hidden = true;
        TreatUnmatchedTokensAsErrors = false;
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        throw new UsageException($"'agentic {FullName()}' is not built yet.", "See 'agentic --help' for what is.");

    private string FullName() => Parents.FirstOrDefault() is { Name: "model" } ? $"model {Name}" : Name;
}
