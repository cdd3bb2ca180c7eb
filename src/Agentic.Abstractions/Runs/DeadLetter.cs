namespace Agentic;

/// <summary>A piece of work that failed for good and was left out of the result.</summary>
/// <param name="Stage">Stage it failed in.</param>
/// <param name="Chunk">Index of its chunk, from 0; null when it belongs to no chunk.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why the last attempt failed, one sentence.</param>
/// <param name="LastOutput">The last raw reply, if there was one.</param>
public sealed record DeadLetter(string Stage, int? Chunk, int Attempts, string Error, string? LastOutput);
