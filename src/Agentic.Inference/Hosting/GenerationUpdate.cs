using Agentic.Inference.Backends;

namespace Agentic.Inference.Hosting;

/// <summary>Why a reply ended.</summary>
public enum FinishCause
{
    /// <summary>The model ended it, or a stop text came.</summary>
    Stop,

    /// <summary>It reached the limit of tokens or the window.</summary>
    Length,
}

/// <summary>A piece of a reply.</summary>
/// <param name="Text">Text that is certain now: whole code points, no part of a stop text; often empty.</param>
/// <param name="Token">The token that was drawn; null when the piece only brings held-back text or the end.</param>
/// <param name="End">Set in the last piece only.</param>
public sealed record GenerationUpdate(string Text, SampledToken? Token, GenerationEnd? End);

/// <summary>How a reply ended and what it took.</summary>
/// <param name="Cause">Why it ended.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, found in the cache.</param>
/// <param name="GeneratedTokens">Tokens drawn, the one that ended the reply included.</param>
public sealed record GenerationEnd(FinishCause Cause, int PromptTokens, int CachedTokens, int GeneratedTokens)
{
    /// <summary>Tokens that were drafted and computed in advance (<see cref="HostOptions.Drafting"/>). Depends on measured times.</summary>
    public int DraftedTokens { get; init; }

    /// <summary>Of these, those that the reply did contain: so many steps were saved.</summary>
    public int AcceptedTokens { get; init; }
}
