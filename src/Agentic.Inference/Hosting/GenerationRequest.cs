using Agentic.Inference.Backends;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting.Diagnostics;

namespace Agentic.Inference.Hosting;

/// <summary>What to generate, in tokens.</summary>
public sealed record GenerationRequest
{
    /// <summary>Ids of the prompt, used as they are; not empty.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    /// <summary>Most tokens of the reply; null = what the window has left.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are drawn. <see cref="SamplingRow.History"/> and <see cref="SamplingRow.Counter"/> are set by the host: penalties look at the tokens of the reply. Default greedy.</summary>
    public SamplingRow Sampling { get; init; } = new();

    /// <summary>Texts that end the reply and are not part of it.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Marks of the format that come out as the text of their names, for example those around tool calls; null = none. A constraint has its own (<see cref="TokenConstraint.Shown"/>).</summary>
    public IReadOnlySet<int>? ShownTokens { get; init; }

    /// <summary>Go on after tokens that end a reply, up to <see cref="MaxTokens"/>.</summary>
    public bool IgnoreEndTokens { get; init; }

    /// <summary>Who waits for the reply. Default <see cref="RequestPriority.Interactive"/>.</summary>
    public RequestPriority Priority { get; init; }

    /// <summary>What the reply must be a word of; null = anything. It ends the reply as soon as nothing can follow; <see cref="IgnoreEndTokens"/> and a mask of <see cref="Sampling"/> cannot be used beside it.</summary>
    public TokenConstraint? Constraint { get; init; }

    /// <summary>Whether the reply is drafted; null = as the host does (<see cref="HostOptions.Drafting"/>). Changes its speed only.</summary>
    public bool? Drafting { get; init; }

    /// <summary>End a constrained reply that would outgrow its limit by the shortest text that makes it a word; its cause of finish is still the length. Not done by default: the reply is cut off.</summary>
    public bool CloseAtLimit { get; init; }

    /// <summary>What it is called in measurements.</summary>
    internal string Operation { get; init; } = GenAiTags.TextCompletion;
}
