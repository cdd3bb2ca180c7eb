using System.Text;
using System.Text.Unicode;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization.Bpe;

namespace Agentic.Inference.Tokenization.SentencePiece;

/// <summary>
/// A SentencePiece vocabulary as byte-pair merges: every way to write a piece as two known parts is a merge whose rank
/// is the place of the piece's score, best first. Merging by rank then equals merging by score.
/// </summary>
internal sealed class ScoredVocabulary
{
    private static readonly Rune s_blank = new(BlankMarks.Mark);

    private readonly Dictionary<int, int> _symbols = [];
    private readonly List<int> _withoutToken = [];

    /// <summary>Works out symbols and merges.</summary>
    public ScoredVocabulary(Utf8Strings texts, TokenKind[] kinds, float[] scores)
    {
        Tokens = new TokenTable(BlankMarks.ToText(texts, kinds), kinds);

        // Control, byte and reserved pieces are never made from text.
        var index = new ByteStringIndex(texts, id => kinds[id] == TokenKind.Normal);
        bool[] ordinary = [.. Enumerable.Range(0, kinds.Length).Select(id => kinds[id] == TokenKind.Normal && texts[id].Length > 0 && Utf8.IsValid(texts[id]))];
        AddSymbols(texts, ordinary, index);
        Merges = FindMerges(texts, ordinary, index, Ranks(scores, ordinary), scores);
        WordsApart = !Enumerable.Range(0, kinds.Length).Any(id => ordinary[id] && JoinsWords(texts[id]));
        Array.Fill(Bytes, -1);
        for (int id = 0; id < kinds.Length; id++)
        {
            if (kinds[id] == TokenKind.Byte && Tokens.Bytes[id].Length == 1)
            {
                Bytes[Tokens.Bytes[id][0]] = id;
            }
        }
    }

    /// <summary>Bytes and kinds of the tokens.</summary>
    public TokenTable Tokens { get; }

    /// <summary>Merges over symbols.</summary>
    public MergeTable Merges { get; }

    /// <summary>The token of each byte, or -1.</summary>
    public int[] Bytes { get; } = new int[256];

    /// <summary>True when no piece has a blank after something else: text can then be merged word by word.</summary>
    public bool WordsApart { get; }

    /// <summary>
    /// The symbol of a code point: its token; for one that only occurs inside pieces a number past the vocabulary; for
    /// any other its complement, a negative number that nothing merges with.
    /// </summary>
    public int SymbolOf(int codePoint) => _symbols.GetValueOrDefault(codePoint, ~codePoint);

    /// <summary>The code point of a symbol that is not a token.</summary>
    public int CodePointOf(int symbol) => symbol < 0 ? ~symbol : _withoutToken[symbol - Tokens.Count];

    private static bool JoinsWords(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out Rune last, out int length);
        while ((text = text[length..]).Length > 0)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out length);
            if (rune == s_blank && last != s_blank)
            {
                return true;
            }

            last = rune;
        }

        return false;
    }

    private void AddSymbols(Utf8Strings texts, bool[] ordinary, ByteStringIndex index)
    {
        Span<byte> one = stackalloc byte[4];
        for (int id = 0; id < texts.Count; id++)
        {
            for (ReadOnlySpan<byte> text = ordinary[id] ? texts[id] : []; text.Length > 0;)
            {
                Rune.DecodeFromUtf8(text, out Rune rune, out int length);
                text = text[length..];
                if (!_symbols.ContainsKey(rune.Value))
                {
                    int token = index.Find(one[..rune.EncodeToUtf8(one)]);
                    if (token < 0)
                    {
                        token = texts.Count + _withoutToken.Count;
                        _withoutToken.Add(rune.Value);
                    }

                    _symbols.Add(rune.Value, token);
                }
            }
        }
    }

    /// <summary>Place of each score among the different scores, highest first.</summary>
    private static Dictionary<float, int> Ranks(float[] scores, bool[] ordinary)
    {
        var ranks = new Dictionary<float, int>();
        foreach (float score in scores.Where((_, id) => ordinary[id]).Distinct().OrderDescending())
        {
            ranks.Add(score, ranks.Count);
        }

        return ranks;
    }

    private MergeTable FindMerges(Utf8Strings texts, bool[] ordinary, ByteStringIndex index, Dictionary<float, int> ranks, float[] scores)
    {
        var found = new List<(int Left, int Right, int Rank, int Result)>();
        for (int id = 0; id < texts.Count; id++)
        {
            ReadOnlySpan<byte> text = texts[id];
            if (!ordinary[id] || index.Find(text) != id)
            {
                continue;
            }

            for (int cut = 1; cut < text.Length; cut++)
            {
                bool insideCodePoint = (text[cut] & 0xC0) == 0x80;
                if (!insideCodePoint && SymbolOf(text[..cut], index) is >= 0 and int left
                    && SymbolOf(text[cut..], index) is >= 0 and int right)
                {
                    found.Add((left, right, ranks[scores[id]], id));
                }
            }
        }

        var table = new MergeTable(found.Count);
        foreach ((int left, int right, int rank, int result) in found)
        {
            table.Add(left, right, rank, result);
        }

        return table;
    }

    private int SymbolOf(ReadOnlySpan<byte> part, ByteStringIndex index)
    {
        int token = index.Find(part);
        if (token >= 0)
        {
            return token;
        }

        Rune.DecodeFromUtf8(part, out Rune rune, out int length);
        return length == part.Length ? SymbolOf(rune.Value) : -1;
    }
}
