namespace Agentic.Inference.KvCache;

/// <summary>
/// The exchange format of a page: [layer][KV head], each the keys of plane 0, of plane 1, … as [64 tokens][key], then the values as
/// [64 tokens][value]; a key or value is stored as <see cref="KvNumbers"/> says. No padding. Positions that were never written hold zeros or
/// what was there before.
/// </summary>
internal static class KvPageLayout
{
    /// <summary>Where a key begins in a page.</summary>
    public static int KeyAt(KvPageFormat format, int layer, int head, int plane, int token) =>
        HeadAt(format, layer, head) + (plane * KvPageFormat.PageTokens + token) * format.KeyBytes;

    /// <summary>Where a value begins in a page.</summary>
    public static int ValueAt(KvPageFormat format, int layer, int head, int token) =>
        HeadAt(format, layer, head) + KvPageFormat.PageTokens * (format.KeyPlanes * format.KeyBytes) + token * format.ValueBytes;

    private static int HeadAt(KvPageFormat format, int layer, int head) =>
        checked(layer * format.LayerBytes + head * (format.LayerBytes / format.KvHeads));
}
