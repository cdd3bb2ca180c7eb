namespace Agentic.Inference.Backends;

/// <summary>How pairs of a head are formed for rotation.</summary>
public enum RopePairing
{
    /// <summary>Neighbours (2i, 2i+1): the llama architecture in GGUF.</summary>
    Adjacent,

    /// <summary>Halves (i, i + n/2): NEOX, qwen2 and most others.</summary>
    Half,
}

/// <summary>Angles of rotary position embedding (RoFormer, with its scaling variants folded into the frequencies).</summary>
/// <param name="InverseFrequencies">Radians a position for each pair; length = rotated dimensions / 2. Angles are formed in double.</param>
/// <param name="Pairing">How pairs are formed.</param>
/// <param name="Magnitude">Factor on cos and sin (YaRN's attention factor). Default 1.</param>
public sealed record RopeTable(double[] InverseFrequencies, RopePairing Pairing, float Magnitude = 1)
{
    /// <summary>Number of leading dimensions of a head that rotate; the rest pass through.</summary>
    public int RotatedDims => InverseFrequencies.Length * 2;
}
