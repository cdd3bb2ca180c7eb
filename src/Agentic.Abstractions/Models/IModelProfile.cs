namespace Agentic;

/// <summary>What budgets, parallelism and plans need to know of a model. Thread-safe.</summary>
public interface IModelProfile
{
    /// <summary>Name for people and logs.</summary>
    string Name { get; }

    /// <summary>Identifies the weights: a hash, or for a remote model its endpoint and name. Part of every journal key.</summary>
    string WeightsId { get; }

    /// <summary>What else decides its replies, such as attention method and type of keys and values; part of every journal key. Empty when nothing does.</summary>
    string Setup => "";

    /// <summary>Whether a reply asked for by a JSON Schema (<c>ChatResponseFormat.ForJsonSchema</c>) always keeps to it. Default no.</summary>
    bool ConstrainsReplies => false;

    /// <summary>Context window in tokens, prompt and reply together.</summary>
    int Window { get; }

    /// <summary>Requests that it serves at once without queueing.</summary>
    int Capacity { get; }

    /// <summary>Number of parameters; null when unknown.</summary>
    long? Parameters { get; }

    /// <summary>Measured prompt tokens a second; null until something was measured.</summary>
    double? PrefillTokensPerSecond { get; }

    /// <summary>Measured generated tokens a second of one request; null until something was measured.</summary>
    double? DecodeTokensPerSecond { get; }
}
