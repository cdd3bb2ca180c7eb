namespace Agentic.Inference.Hosting;

/// <summary>How a host serves requests.</summary>
public sealed record HostOptions
{
    /// <summary>Most requests in work at once; others wait in order of arrival. Default 16.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Pieces of output that a reader may lag behind before its request pauses. Default 64.</summary>
    public int OutputBuffer { get; init; } = 64;

    /// <summary>The clock for dates in chat templates and times of replies. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
