namespace Agentic.Cli.Benchmarking;

/// <summary>What <c>model bench</c> measures.</summary>
/// <param name="Prefill">Tokens of the prompt that is timed.</param>
/// <param name="Decode">Tokens that are generated.</param>
/// <param name="At">Context at which generation starts.</param>
/// <param name="Batches">Numbers of sequences that generate together; the first is 1.</param>
/// <param name="Map">A map stage, or null.</param>
/// <param name="Runs">Measurements of each figure; the best counts.</param>
internal sealed record BenchPlan(int Prefill, int Decode, int At, IReadOnlyList<int> Batches, MapStage? Map, int Runs)
{
    /// <summary>Tokens that the cache must hold at once, page rounding included.</summary>
    public long CacheTokens => Batches.Max() * Padded(Math.Max(Prefill, (long)At + Decode));

    /// <summary>The same for the map stage, as if the calls shared nothing.</summary>
    public long MapCacheTokens => Map is null ? 0 : Map.Calls * Padded((long)Map.Shared + Map.Chunk + Map.New);

    /// <summary>Tokens of the longest sequence.</summary>
    public long LongestSequence => Math.Max(Math.Max(Prefill, (long)At + Decode), Map is null ? 0 : (long)Map.Shared + Map.Chunk + Map.New);

    private static long Padded(long tokens) => tokens + 128L;
}

/// <summary>Several calls at once that share a prompt's beginning.</summary>
/// <param name="Calls">Their number.</param>
/// <param name="Shared">Tokens that all prompts begin with.</param>
/// <param name="Chunk">Further tokens of each prompt, its own.</param>
/// <param name="New">Tokens of each reply.</param>
internal sealed record MapStage(int Calls, int Shared, int Chunk, int New);
