using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Scoring;

/// <summary>
/// A node of a scoring tree on its way through the engine. Its sequence comes from the node before, or is started anew when that one's pages
/// were given up: then what lies before is read again, or taken over from wherever it still is.
/// </summary>
internal sealed class Stretch(ScoreNode node, Stretch? before)
{
    private readonly int _firstMark = node.Marks.Count == 0 ? int.MaxValue : node.Marks.Min(mark => mark.Offset);
    private int[]? _tokens;

    public ScoreNode Node => node;

    /// <summary>The cached tokens; null until the stretch is opened, and after its pages were given up.</summary>
    public KvSequence? Sequence { get; private set; }

    /// <summary>Tokens of the nodes before.</summary>
    public int Start { get; } = before is null ? 0 : before.End;

    /// <summary>Position after the last token.</summary>
    public int End => Start + node.Tokens.Length;

    /// <summary>Tokens still to be computed, those before it included.</summary>
    public int Left => End - (Sequence?.Length ?? 0);

    /// <summary>Whether it was opened before: what it took over then is counted.</summary>
    public bool WasOpened { get; private set; }

    /// <summary>All tokens from position 0 to the end.</summary>
    public ReadOnlySpan<int> Tokens => _tokens ??= Collect();

    /// <summary>Length up to which pages of others will do: rows with marks must be computed.</summary>
    public int Shareable => _firstMark == int.MaxValue ? End : Start + _firstMark;

    /// <summary>Goes on with a sequence that holds what lies before.</summary>
    public void Inherit(KvSequence sequence) => Sequence = sequence;

    /// <summary>Starts a sequence if there is none, and takes over what others have computed.</summary>
    /// <param name="start">Makes the sequence; it may hold a beginning of <see cref="Tokens"/>, up to <see cref="Shareable"/>.</param>
    /// <returns>Tokens of this node taken over, the first time.</returns>
    public int Open(Func<Stretch, KvSequence> start)
    {
        int from = Math.Max(Start, Sequence?.Length ?? 0);
        Sequence ??= start(this);
        Sequence.TakeOver(Tokens, Shareable);
        int taken = WasOpened ? 0 : Math.Max(0, Sequence.Length - from);
        WasOpened = true;
        return taken;
    }

    /// <summary>Hands the sequence on; the stretch has none any more.</summary>
    public KvSequence Hand()
    {
        KvSequence sequence = Sequence!;
        Sequence = null;
        return sequence;
    }

    /// <summary>Gives the pages up.</summary>
    public void Close()
    {
        Sequence?.Dispose();
        Sequence = null;
    }

    private int[] Collect()
    {
        var tokens = new int[End];
        node.Tokens.CopyTo(tokens, Start);
        for (Stretch? at = before; at is not null; at = at.Before)
        {
            at.Node.Tokens.CopyTo(tokens, at.Start);
        }

        return tokens;
    }

    private Stretch? Before => before;
}
