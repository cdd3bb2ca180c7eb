namespace Agentic.Inference.KvCache;

/// <summary>Number type of cached keys and values.</summary>
public enum KvType
{
    /// <summary>IEEE single: 4 bytes a value.</summary>
    Float32,

    /// <summary>IEEE half: 2 bytes a value.</summary>
    Float16,

    /// <summary>8-bit codes in blocks of 32 with a half-precision scale each (see <see cref="KvNumbers"/>): 1 1/16 bytes a value.</summary>
    Q8_0,
}

/// <summary>How keys are stored relative to rotary position embedding.</summary>
public enum KeyRotation
{
    /// <summary>Rotated at their own position when appended.</summary>
    AtPosition,

    /// <summary>Stored un-rotated; rotated when read.</summary>
    None,
}

/// <summary>Everything that decides what the bytes of a KV page mean. Part of a page's identity: pages of different formats are never shared.</summary>
/// <param name="Type">Number type.</param>
/// <param name="Layers">Layers of the model.</param>
/// <param name="KvHeads">Key-value heads a layer.</param>
/// <param name="KeyDim">Width of a key head.</param>
/// <param name="ValueDim">Width of a value head.</param>
/// <param name="KeyPlanes">Number of differently rotated copies of each key; 1 for dense attention.</param>
/// <param name="Rotation">Rotation of plane 0.</param>
public sealed record KvPageFormat(
    KvType Type, int Layers, int KvHeads, int KeyDim, int ValueDim, int KeyPlanes = 1, KeyRotation Rotation = KeyRotation.AtPosition)
{
    /// <summary>Tokens a page.</summary>
    public const int PageTokens = 64;

    /// <summary>Bytes of one key of a head and plane.</summary>
    public int KeyBytes => KvNumbers.Bytes(Type, KeyDim);

    /// <summary>Bytes of one value of a head.</summary>
    public int ValueBytes => KvNumbers.Bytes(Type, ValueDim);

    /// <summary>Bytes of one layer of a page, without backend padding.</summary>
    public int LayerBytes => checked(PageTokens * KvHeads * (KeyPlanes * KeyBytes + ValueBytes));

    /// <summary>Bytes of one page over all layers, without backend padding.</summary>
    public long PageBytes => (long)Layers * LayerBytes;
}
