using Agentic.Inference.Constraints.Masks;

namespace Agentic.Inference.Constraints.Earley;

/// <summary>
/// A state of the recogniser: every way a text may be going on (an Earley set without what can be derived from it). Two texts
/// with the same set have the same continuations, so that sets are kept once each and their transitions remembered.
/// </summary>
/// <param name="kernel">Sorted, without repeats; their origins are older sets.</param>
/// <param name="serial">Number in order of creation.</param>
internal sealed class ItemSet(Item[] kernel, int serial)
{
    /// <summary>Stands for a byte after which no text goes on.</summary>
    public static readonly ItemSet Dead = new([], -1);

    public Item[] Kernel => kernel;

    public int Serial => serial;

    /// <summary>Without items: the surroundings of the start rule, or surroundings not looked at.</summary>
    public bool IsOpen => kernel.Length == 0;

    /// <summary>The rules that have ended here with open surroundings.</summary>
    public int[] Ended { get; } = [.. kernel.Where(item => item.State < 0).Select(item => ~item.State)];

    /// <summary>The set that allows the same tokens, with counts no token can use up made equal; itself when there are none.</summary>
    public ItemSet Far { get; set; } = null!;

    /// <summary>The same for short tokens.</summary>
    public ItemSet Near { get; set; } = null!;

    /// <summary>The set after a byte, by class; null = not yet asked.</summary>
    public ItemSet?[]? Next { get; set; }

    /// <summary>First states of rules that begin here.</summary>
    public Item[]? Predicted { get; set; }

    /// <summary>By rule that begins here: what goes on when it ends.</summary>
    public Dictionary<int, List<Item>>? Waiting { get; set; }

    /// <summary>By rule that begins here: the set after its end.</summary>
    public Dictionary<int, ItemSet>? Returns { get; set; }

    /// <summary>By rule that begins here: fewest bytes from its end to the end of the text.</summary>
    public Dictionary<int, long>? Exits { get; set; }

    /// <summary>The tokens allowed next, once computed.</summary>
    public TokenMask? Mask { get; set; }

    /// <summary>The short tokens allowed next, once computed for a set that others share.</summary>
    public TokenMask? Short { get; set; }

    /// <summary>What a set with open surroundings allows of the short tokens, once computed.</summary>
    public MaskPart? NearPart { get; set; }

    /// <summary>What a set with open surroundings allows of the long tokens, once computed.</summary>
    public MaskPart? FarPart { get; set; }

    /// <summary>How much text it takes as it comes, once asked.</summary>
    public TextRun? Text { get; set; }
}
