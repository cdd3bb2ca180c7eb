namespace Agentic.Runs;

/// <summary>Whether and how a run is journalled.</summary>
/// <param name="Store">Where.</param>
public sealed record RunJournaling(IRunStore Store)
{
    /// <inheritdoc cref="RunOpening.Run"/>
    public string? Run { get; init; }

    /// <inheritdoc cref="RunOpening.Fork"/>
    public bool Fork { get; init; }

    /// <inheritdoc cref="RunOpening.Fresh"/>
    public bool Fresh { get; init; }
}
