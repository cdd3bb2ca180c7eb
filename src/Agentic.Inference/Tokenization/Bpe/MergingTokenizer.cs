namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>What byte-level and SentencePiece-style BPE share: pieces are merged, and short ones remembered.</summary>
internal abstract class MergingTokenizer(TokenizerTraits traits, MergeTable merges) : Tokenizer(traits)
{
    /// <summary>Working memory for the encodings in progress.</summary>
    private protected BpeState.Pool States { get; } = new(merges);

    /// <summary>The tokens of a piece, in the state's own buffer.</summary>
    private protected abstract ReadOnlySpan<int> Merge(ReadOnlySpan<char> piece, BpeState state);

    /// <summary>Appends the tokens of a piece that is not empty.</summary>
    private protected void EncodePiece(ReadOnlySpan<char> piece, List<int> ids, BpeState state)
    {
        if (piece.Length > PieceCache.LongestPiece)
        {
            ids.AddRange(Merge(piece, state));
            return;
        }

        ulong hash = TextHash.Of(piece);
        if (!state.Cache.TryGet(piece, hash, out ReadOnlySpan<int> known))
        {
            known = Merge(piece, state);
            state.Cache.Add(piece, hash, known);
        }

        if (known.Length == 1)
        {
            ids.Add(known[0]);
        }
        else
        {
            ids.AddRange(known);
        }
    }
}
