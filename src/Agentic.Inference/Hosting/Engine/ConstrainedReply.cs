using Agentic.Inference.Constraints;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>How a reply keeps to its constraint.</summary>
internal static class ConstrainedReply
{
    /// <summary>The state of a reply that has not begun; null without a constraint.</summary>
    /// <exception cref="ConfigurationException">The request contradicts itself, or asks for what cannot be said within its limit.</exception>
    public static ConstraintState? Begin(GenerationRequest request, Tokenizer tokenizer, int limit)
    {
        if (request.Constraint is null)
        {
            return null;
        }

        if (!ReferenceEquals(request.Constraint.Tokenizer, tokenizer))
        {
            throw new ConfigurationException("The constraint was compiled for another tokenizer.", "Compile it with the tokenizer of this host.");
        }

        if (request.IgnoreEndTokens || request.Sampling.AllowedBits is not null)
        {
            throw new ConfigurationException("A constrained reply cannot ignore end tokens or have a mask of its own.", "Leave one of them out.");
        }

        ConstraintState state = request.Constraint.Start();
        if (request.CloseAtLimit && !state.EndsWithin(limit))
        {
            throw new ConfigurationException($"The shortest reply that the constraint allows has more tokens than the limit of {limit}.", "Raise the limit, or do not ask for the reply to be closed.");
        }

        return state;
    }

    /// <summary>Goes on by a drawn token. With <paramref name="close"/>, a token after which the reply could no longer be finished is not taken.</summary>
    /// <param name="state">Where the reply stands.</param>
    /// <param name="token">The token drawn.</param>
    /// <param name="left">Tokens that the limit still allows, this one included.</param>
    /// <param name="close">Whether the reply must be a word at its limit.</param>
    /// <returns>The tokens that end the reply instead of the drawn one; null when it was taken.</returns>
    public static int[]? Go(ConstraintState state, int token, int left, bool close)
    {
        if (close)
        {
            ConstraintState next = state.Fork();
            next.Accept(token);
            if (!next.EndsWithin(left - 1))
            {
                return state.ShortestEnd();
            }
        }

        state.Accept(token);
        return null;
    }
}
