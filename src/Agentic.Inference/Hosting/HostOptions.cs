using System.Diagnostics.Metrics;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Hosting.Diagnostics;

namespace Agentic.Inference.Hosting;

/// <summary>How a host serves requests.</summary>
public sealed record HostOptions
{
    /// <summary>Most requests in work at once; others wait in order of arrival and priority. Default 16.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Most requests that wait to be taken into work; one more is refused with a <see cref="HostOverloadedException"/>. Default 1,024.</summary>
    public int MaxQueued { get; init; } = 1024;

    /// <summary>
    /// How long a step with replies in it should take at most: prompts are read in chunks of which a step takes no more than fits, by the speed
    /// measured so far, but never fewer than 16 tokens. Steps without replies may take four times as long. Default 200 ms.
    /// </summary>
    public TimeSpan StepTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How much later an interactive request may arrive and still go before one of <see cref="RequestPriority.Batch"/>. Default 30 s.</summary>
    public TimeSpan BatchDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most of the cache, as a share of its pages, that pinned prefixes (<see cref="IPrefixStore"/>) may keep all together; more is refused with a
    /// <see cref="BudgetException"/>. Default 0.5: half of it is for requests whatever is pinned, by default a full window. Larger shares let
    /// pinned pages crowd requests out.
    /// </summary>
    public double PinnedShare { get; init; } = 0.5;

    /// <summary>Pieces of output that a reader may lag behind before its request pauses. Default 64.</summary>
    public int OutputBuffer { get; init; } = 64;

    /// <summary>
    /// Whether replies are drafted by looking up what followed their last tokens before, in the prompt or in themselves: drafts are verified in
    /// the same step and change no token, log-probability or end. It costs nothing where it does not pay, by what is measured. Default true.
    /// </summary>
    public bool Drafting { get; init; } = true;

    /// <summary>Most tokens of a draft, 1 to 64. Default 15: a step of 16 rows.</summary>
    /// <exception cref="ConfigurationException">The number is out of range.</exception>
    public int MaxDraftTokens
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ConfigurationException($"A draft may have 1 to 64 tokens at most, not {value}.", "To have none, set Drafting to false.");
    } = 15;

    /// <summary>How conversations become prompts. Default: by the file's own template.</summary>
    public ChatFormat ChatFormat { get; init; }

    /// <summary>Whether a request that failed because of numbers that are not finite is read a second time, which stops all others meanwhile, to name the layer where they began (<see cref="NotFiniteException"/>). Default false.</summary>
    public bool Diagnostics { get; init; }

    /// <summary>Makes the meter <c>Agentic.Inference</c>, such as the one of a service container; null = one for the process.</summary>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>
    /// Whether traces carry the text of messages and replies. Default: only when the environment variable
    /// <c>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT</c> is <c>true</c>.
    /// </summary>
    public bool CaptureContent { get; init; } = string.Equals(Environment.GetEnvironmentVariable(GenAiTags.CaptureContentVariable), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>How the model writes calls of tools. Default: by its chat template.</summary>
    public ToolFormat ToolFormat { get; init; }

    /// <summary>The clock for dates in chat templates, times of replies and the order of requests. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
