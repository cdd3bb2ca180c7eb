using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Models;

/// <summary>How a model is loaded and what memory it may take.</summary>
public sealed record ModelOptions
{
    /// <summary>Which backend computes, with how many threads. Default: the fastest that the processor allows.</summary>
    public BackendOptions Backend { get; init; } = new();

    /// <summary>Context window in tokens; null = what the model was trained for. May be smaller, not larger.</summary>
    public int? Window { get; init; }

    /// <summary>Bytes for cached keys and values; null = two full windows or 40,960 tokens (sixteen requests over a document chunk each), whichever is more, at most a quarter of the memory available when the model is loaded; pages take memory when they are used, and a short stretch beyond. When the pool is smaller than the window, the window shrinks to the pool.</summary>
    public long? KvMemoryBytes { get; init; }

    /// <summary>Number type of cached keys and values. Default half: half the memory, differences of a few hundredths of a nat; 8-bit blocks halve it again.</summary>
    public KvType KvType { get; init; } = KvType.Float16;

    /// <summary>Most rows in one step; activation buffers are sized by it. Default 512.</summary>
    public int ChunkTokens { get; init; } = 512;
}
