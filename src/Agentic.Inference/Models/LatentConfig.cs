namespace Agentic.Inference.Models;

/// <summary>Multi-head latent attention (DeepSeek-V2): a token's keys and values of all heads are compressed to one vector, and one rotated key part is shared.</summary>
/// <remarks>The cache holds [compressed ‖ rotated] as the one key head and the compressed part as the one value head; <see cref="ModelConfig.KeyDim"/> and <see cref="ModelConfig.ValueDim"/> are these.</remarks>
/// <param name="QueryRank">Width that queries are compressed to; 0 = they are not.</param>
/// <param name="Rank">Width of the compressed keys and values.</param>
/// <param name="KeyDim">Dimensions of a query head: the un-rotated ones, then the rotated.</param>
/// <param name="ValueDim">Dimensions of a value head once expanded.</param>
/// <param name="RopeDim">Rotated dimensions.</param>
public sealed record LatentConfig(int QueryRank, int Rank, int KeyDim, int ValueDim, int RopeDim)
{
    /// <summary>Un-rotated dimensions of a query head.</summary>
    public int PlainDim => KeyDim - RopeDim;
}
