using Agentic.Agents;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading;

/// <summary>What all readers share.</summary>
public record ReadingOptions
{
    /// <summary>Use at most this many tokens of the model's window; the window itself for a client that does not tell it. Null for all of it.</summary>
    public int? Window { get; init; }

    /// <summary>Most tokens of the final answer; null for the card's.</summary>
    public int? AnswerTokens { get; init; }

    /// <summary>Words that a summary should have; null to leave it to the model. Used without a question only.</summary>
    public int? SummaryWords { get; init; }

    /// <summary>What a summary should dwell on; null for everything. Used without a question only.</summary>
    public string? Focus { get; init; }

    /// <summary>What a run may spend.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>Cards and prompts.</summary>
    public AgentLibrary Agents { get; init; } = AgentLibrary.BuiltIn;

    /// <summary>How calls are made.</summary>
    public AgentCallerOptions Calls { get; init; } = new();

    /// <summary>Most calls at once in stages whose calls do not depend on each other; null for as many as the model serves side by side.</summary>
    public int? Parallel { get; init; }

    /// <summary>What becomes of a chunk whose call failed for good. Default: it is left out and the answer is partial.</summary>
    public FailurePolicy OnFailure { get; init; }

    /// <summary>The model asked by <see cref="FailurePolicy.OtherModel"/>.</summary>
    public IChatClient? Fallback { get; init; }

    /// <summary>How the run is journalled; null when it is not. Default null.</summary>
    public RunJournaling? Journal { get; init; }

    /// <summary>The clock; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>How stages are mapped.</summary>
    internal MapOptions Map => new(Parallel, OnFailure, Fallback is null ? null : new ModelAccess(Fallback, Window));
}
