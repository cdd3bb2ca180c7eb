using System.Text;
using Agentic.Inference.Tokenization.PreTokenizers;
using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>Byte-level BPE (GGUF model <c>gpt2</c>): pieces, then merges of their bytes.</summary>
/// <remarks>A byte for which the vocabulary has no token (SmolLM lacks some control characters) is dropped, as upstream does.</remarks>
internal sealed class ByteLevelTokenizer : MergingTokenizer
{
    private readonly PreTokenizerRules _rules;
    private readonly ByteStringIndex _index;
    private readonly int[] _byteTokens = new int[256];

    /// <param name="traits">The vocabulary and its special tokens.</param>
    /// <param name="rules">The pre-tokenizer.</param>
    /// <param name="index">The tokens that are ordinary text, by their bytes.</param>
    /// <param name="merges">The merges over token ids.</param>
    public ByteLevelTokenizer(TokenizerTraits traits, PreTokenizerRules rules, ByteStringIndex index, MergeTable merges)
        : base(traits, merges)
    {
        (_rules, _index) = (rules, index);
        for (int b = 0; b < 256; b++)
        {
            _byteTokens[b] = index.Find([(byte)b]);
        }
    }

    private protected override void EncodePlain(ReadOnlySpan<char> text, List<int> ids, bool first)
    {
        if (_rules.Nfc)
        {
            text = Normalizer.ToNfc(text);
        }

        BpeState state = States.Take();
        PreTokenizer splitter = _rules.Splitter;
        while (text.Length > 0)
        {
            int length = splitter.PieceLength(text);
            EncodePiece(text[..length], ids, state);
            text = text[length..];
        }

        States.Return(state);
    }

    private protected override ReadOnlySpan<int> Merge(ReadOnlySpan<char> piece, BpeState state)
    {
        state.Reserve(Encoding.UTF8.GetMaxByteCount(piece.Length));
        ReadOnlySpan<byte> bytes = state.Bytes.AsSpan(0, Encoding.UTF8.GetBytes(piece, state.Bytes));
        if (_rules.WholePieces && bytes.Length <= _index.LongestEntry && _index.Find(bytes) is >= 0 and int whole)
        {
            state.Symbols[0] = whole;
            return state.Symbols.AsSpan(0, 1);
        }

        int count = 0;
        foreach (byte b in bytes)
        {
            int symbol = _byteTokens[b];
            if (symbol >= 0)
            {
                state.Symbols[count++] = symbol;
            }
        }

        return state.Symbols.AsSpan(0, state.Merger.Merge(state.Symbols.AsSpan(0, count)));
    }
}
