namespace Agentic.Inference.Constraints.Masks;

/// <summary>What a set with open surroundings allows of some tokens.</summary>
/// <param name="Tokens">Those that it allows by itself.</param>
/// <param name="Escapes">Places in the trie where one of its rules ends, from which the surroundings go on.</param>
internal sealed record MaskPart(TokenMask Tokens, (int Node, int Rule)[] Escapes)
{
    /// <summary>The memory taken, in bytes.</summary>
    public int Weight => 100 + Tokens.Weight + (8 * Escapes.Length);
}
