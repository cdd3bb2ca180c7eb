using System.Text;
using Agentic.Inference.Tokenization.Bpe;
using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.SentencePiece;

/// <summary>SentencePiece-style BPE (GGUF model <c>llama</c>): blanks are U+2581, merges by score, unknown code points as bytes.</summary>
internal sealed class SentencePieceTokenizer : MergingTokenizer
{
    private readonly ScoredVocabulary _vocabulary;
    private readonly bool _addSpacePrefix;
    private readonly int? _unknown;

    /// <param name="traits">The vocabulary and its special tokens.</param>
    /// <param name="vocabulary">Symbols and merges.</param>
    /// <param name="addSpacePrefix">A text begins with a blank, and so does text after a special token.</param>
    /// <param name="unknown">Stands for what has no byte tokens either.</param>
    public SentencePieceTokenizer(TokenizerTraits traits, ScoredVocabulary vocabulary, bool addSpacePrefix, int? unknown)
        : base(traits, vocabulary.Merges) =>
        (_vocabulary, _addSpacePrefix, _unknown) = (vocabulary, addSpacePrefix, unknown);

    private protected override void EncodePlain(ReadOnlySpan<char> text, List<int> ids, bool first)
    {
        BpeState state = States.Take();
        bool prefix = first && _addSpacePrefix;
        while (text.Length > 0)
        {
            int length = WordLength(text);
            EncodePiece(prefix ? [' ', .. text[..length]] : text[..length], ids, state);
            text = text[length..];
            prefix = false;
        }

        States.Return(state);
    }

    private protected override ReadOnlySpan<int> Merge(ReadOnlySpan<char> piece, BpeState state)
    {
        // A code point is at most four byte tokens.
        state.Reserve(checked(piece.Length * 4));
        Span<int> symbols = state.Symbols;
        int count = 0;
        for (int at = 0; at < piece.Length;)
        {
            int codePoint = CodePoints.Read(piece, at, out int length);
            symbols[count++] = _vocabulary.SymbolOf(codePoint == ' ' ? BlankMarks.Mark : codePoint);
            at += length;
        }

        count = state.Merger.Merge(symbols[..count]);
        return symbols[..count].ContainsAnyExceptInRange(0, VocabularySize - 1) ? Spell(symbols[..count]) : symbols[..count];
    }

    private protected override string FinishDecoding(string text) =>
        _addSpacePrefix && text.StartsWith(' ') ? text[1..] : text;

    /// <summary>Up to the next blank after something else; the whole text if the vocabulary has pieces across words.</summary>
    private int WordLength(ReadOnlySpan<char> text)
    {
        if (!_vocabulary.WordsApart)
        {
            return text.Length;
        }

        bool blankBefore = IsBlank(text[0]);
        for (int at = 1; at < text.Length; at++)
        {
            bool blank = IsBlank(text[at]);
            if (blank && !blankBefore)
            {
                return at;
            }

            blankBefore = blank;
        }

        return text.Length;
    }

    private static bool IsBlank(char c) => c is ' ' or BlankMarks.Mark;

    /// <summary>Replaces symbols without a token by byte tokens, else by one unknown token for a run of them.</summary>
    private int[] Spell(ReadOnlySpan<int> symbols)
    {
        var ids = new List<int>(symbols.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        bool afterUnknown = false;
        foreach (int symbol in symbols)
        {
            if (symbol >= 0 && symbol < VocabularySize)
            {
                ids.Add(symbol);
                afterUnknown = false;
                continue;
            }

            int codePoint = _vocabulary.CodePointOf(symbol);
            Rune rune = Rune.IsValid(codePoint) ? new Rune(codePoint) : Rune.ReplacementChar;
            ReadOnlySpan<byte> bytes = utf8[..rune.EncodeToUtf8(utf8)];
            bool spelled = true;
            foreach (byte b in bytes)
            {
                spelled &= _vocabulary.Bytes[b] >= 0;
            }

            foreach (byte b in spelled ? bytes : [])
            {
                ids.Add(_vocabulary.Bytes[b]);
            }

            if (!spelled && !afterUnknown && _unknown is { } unknown)
            {
                ids.Add(unknown);
            }

            afterUnknown = !spelled;
        }

        return [.. ids];
    }
}
