using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>Keys of <see cref="ChatOptions.AdditionalProperties"/> for what the standard options do not name.</summary>
public static class SamplingKeys
{
    /// <summary>min-p, a <see cref="float"/> in 0..1: tokens below this share of the most likely one are cut. Default 0.</summary>
    public const string MinP = "agentic.min_p";

    /// <summary>Repetition penalty, a <see cref="float"/> ≥ 1. Default 1 (none).</summary>
    public const string RepetitionPenalty = "agentic.repetition_penalty";

    /// <summary>Bias added to logits, an <c>IReadOnlyDictionary&lt;int, float&gt;</c> by token id.</summary>
    public const string LogitBias = "agentic.logit_bias";

    /// <summary>Number of most likely tokens to report with their log-probabilities, an <see cref="int"/>. Default none.</summary>
    public const string TopLogProbs = "agentic.top_logprobs";

    /// <summary>Text that the reply must begin with, a <see cref="string"/>; it is part of the prompt and not repeated in the reply.</summary>
    public const string ReplyStart = "agentic.reply_start";

    /// <summary>Who waits for the reply, a <see cref="RequestPriority"/> or one of the words <c>interactive</c> and <c>batch</c>. Default interactive. Never part of what is asked: a client that serves one call at a time, or a remote one, takes no notice of it.</summary>
    public const string Priority = "agentic.priority";

    /// <summary>Whether a reply of the local model is drafted from what stands in the prompt, a <see cref="bool"/>. Changes its speed only. Default: as the host is set.</summary>
    public const string Drafting = "agentic.drafting";

    /// <summary>Whether a reply in JSON or another given form (<see cref="ConstraintKeys"/>) that comes near its limit of tokens is closed in the shortest valid way, a <see cref="bool"/>. Default false: it is cut, and its finish reason says so.</summary>
    public const string CloseAtLimit = "agentic.close_at_limit";

    /// <summary>Whether a local model is told the JSON Schema that its reply is held to, in the system text, a <see cref="bool"/>. Default true. The schema's tokens count as part of the prompt.</summary>
    public const string TellSchema = "agentic.tell_schema";
}
