using System.Text;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.WordPiece;

/// <summary>BERT's WordPiece (GGUF model <c>bert</c>): clean text, words, greedy longest match; a word that fails is one unknown token.</summary>
/// <remarks>In the file a piece that begins a word carries U+2581 in front; one that continues a word is bare.</remarks>
internal sealed class WordPieceTokenizer : Tokenizer
{
    private const int LongestWord = 100;

    private readonly ByteStringIndex _index;
    private readonly bool _lowercase;
    private readonly int _unknown;

    /// <param name="traits">The vocabulary and its special tokens.</param>
    /// <param name="texts">The tokens as stored.</param>
    /// <param name="lowercase">An uncased model.</param>
    /// <param name="unknown">Stands for a word that cannot be written.</param>
    public WordPieceTokenizer(TokenizerTraits traits, Utf8Strings texts, bool lowercase, int unknown)
        : base(traits)
    {
        (_lowercase, _unknown) = (lowercase, unknown);
        _index = new ByteStringIndex(texts, id => traits.Tokens.Kinds[id] == TokenKind.Normal);
    }

    private protected override void EncodePlain(ReadOnlySpan<char> text, List<int> ids, bool first)
    {
        text = BertNormalizer.Normalize(text, _lowercase);
        Span<byte> word = stackalloc byte[3 + (LongestWord * 4)];
        for (int at = 0; at < text.Length;)
        {
            int codePoint = CodePoints.Read(text, at, out int length);
            if (codePoint == ' ')
            {
                at++;
                continue;
            }

            int end = at + length;
            int count = 1;
            while (!BertNormalizer.IsPunctuation(codePoint) && end < text.Length)
            {
                int next = CodePoints.Read(text, end, out length);
                if (next == ' ' || BertNormalizer.IsPunctuation(next))
                {
                    break;
                }

                end += length;
                count++;
            }

            EncodeWord(count <= LongestWord ? text[at..end] : [], word, ids);
            at = end;
        }
    }

    private protected override string FinishDecoding(string text) => text.StartsWith(' ') ? text[1..] : text;

    /// <summary>Appends the pieces of a word, or the unknown token; an empty word is one that was too long.</summary>
    private void EncodeWord(ReadOnlySpan<char> word, Span<byte> buffer, List<int> ids)
    {
        int start = ids.Count;
        "\u2581"u8.CopyTo(buffer);
        int length = 3 + Encoding.UTF8.GetBytes(word, buffer[3..]);
        int at = 0;

        // The word's own text must not pass for the mark of a word's beginning.
        bool failed = word.Length == 0 || word.Contains(BlankMarks.Mark);
        while (at < length && !failed)
        {
            int end = Math.Min(length, at + _index.LongestEntry);
            int least = at == 0 ? 3 : at;
            int id = -1;
            for (; end > least; end--)
            {
                bool wholeCodePoints = end == length || (buffer[end] & 0xC0) != 0x80;
                if (wholeCodePoints && (id = _index.Find(buffer[at..end])) >= 0)
                {
                    break;
                }
            }

            failed = id < 0;
            ids.Add(id);
            at = end;
        }

        if (failed)
        {
            ids.RemoveRange(start, ids.Count - start);
            ids.Add(_unknown);
        }
    }
}
