using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>Keys of <see cref="UsageDetails.AdditionalCounts"/> for what the standard counts do not name.</summary>
public static class UsageKeys
{
    /// <summary>Tokens of a reply that were drafted and computed in advance; not part of the output's tokens.</summary>
    public const string DraftedTokens = "agentic.drafted_tokens";

    /// <summary>Of the drafted tokens, those that the reply did contain: so many steps were saved.</summary>
    public const string AcceptedTokens = "agentic.accepted_tokens";
}
