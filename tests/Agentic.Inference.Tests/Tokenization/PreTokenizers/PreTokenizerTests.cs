using System.Diagnostics;
using Agentic.Inference.Tokenization.PreTokenizers;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.PreTokenizers;

public class PreTokenizerTests
{
    private const string Alphabet = "   \n\r\t\u00A0\u3000''stmdrevlSTMDREVLabz09\u00B2\u0660_.,!?(<é漢字ка\u0301\u200B\u0085\u001C\uFEFF";

    [Theory]
    [InlineData("gpt-2", "I'M 12345\n\n  ok", "I¦'¦M¦ 12345¦\n\n ¦ ok")]
    [InlineData("smollm", "I'M 12345\n\n  ok", "I¦'¦M¦ ¦1¦2¦3¦4¦5¦\n\n ¦ ok")]
    [InlineData("llama-bpe", "I'M 12345\n\n  ok", "I¦'M¦ ¦123¦45¦\n\n¦ ¦ ok")]
    [InlineData("qwen2", "I'M 12345\n\n  ok", "I¦'M¦ ¦1¦2¦3¦4¦5¦\n\n¦ ¦ ok")]
    [InlineData("gpt-2", "foo_bar(x1)!\r\n", "foo¦_¦bar¦(¦x¦1¦)!¦\r\n")]
    [InlineData("smollm", "foo_bar(x1)!\r\n", "foo¦_¦bar¦(¦x¦1¦)!¦\r\n")]
    [InlineData("llama-bpe", "foo_bar(x1)!\r\n", "foo¦_bar¦(x¦1¦)!\r\n")]
    [InlineData("qwen2", "foo_bar(x1)!\r\n", "foo¦_bar¦(x¦1¦)!\r\n")]
    [InlineData("gpt-2", "a  b\t c", "a¦ ¦ b¦\t¦ c")]
    [InlineData("smollm", "a  b\t c", "a¦ ¦ b¦\t¦ c")]
    [InlineData("llama-bpe", "a  b\t c", "a¦ ¦ b¦\t¦ c")]
    [InlineData("qwen2", "a  b\t c", "a¦ ¦ b¦\t¦ c")]
    [InlineData("gpt-2", "x𝐀y 漢字です🙂", "x𝐀y¦ 漢字です¦🙂")]
    [InlineData("smollm", "x𝐀y 漢字です🙂", "x𝐀y¦ 漢字です¦🙂")]
    [InlineData("llama-bpe", "x𝐀y 漢字です🙂", "x𝐀y¦ 漢字です¦🙂")]
    [InlineData("qwen2", "x𝐀y 漢字です🙂", "x𝐀y¦ 漢字です¦🙂")]
    [InlineData("qwen2", "हिन्दी", "ह¦िन¦्द¦ी")]
    [InlineData("qwen35", "हिन्दी", "हिन्दी")]
    [InlineData("llama-bpe", "𝟎𝟏𝟐𝟑🙂🙂\n a", "𝟎𝟏𝟐¦𝟑¦🙂🙂\n¦ a")]
    public void PieceLength_KnownText_CutsAsPublished(string name, string text, string pieces) =>
        Assert.Equal(pieces.Split('¦'), Split(name, text));

    /// <summary>Scripts, cases, marks, widths and what the passes of DeepSeek treat apart, drawn evenly.</summary>
    private static readonly string[] s_scripts =
    [
        "aZbQ", "éÀßǅ", "ЖжЊ", "ΑωΌ", "աԱ", "აᲐჀ", "אש", "عه", "हिि", "ไทย", "漢字龥龦", "かナー・゙゛\u3040", "한글", "ḀἕⅣ", "ＡｚＺ", "ʰʹª", "\u0301\u0308", "019٣²Ⅷ①", " ", "   ", "\t\u00A0\u2003\u3000", "\n", "\r\n",
        "'s'LL'", "_-/.,!", "#@[`{~", "。、“”‟", "！：～", "€+©", "\u200B\u200D\u0007", "\uFEFF\uE000\u0378",
    ];

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("deepseek-llm")]
    [InlineData("deepseek-v3")]
    [InlineData("llama-bpe")]
    public void PieceLength_RandomScripts_CutsAsThePattern(string name)
    {
        var random = new Random(7);
        for (int i = 0; i < 30_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 10)).Select(_ => s_scripts[random.Next(s_scripts.Length)]).Select(script =>
                random.Next(3) == 0 ? script : script[random.Next(script.Length)].ToString()));
            Assert.Equal(RegexOracle.Split(name, text).Where(piece => piece.Length > 0), Split(name, text));
        }
    }

    [Theory]
    [InlineData("gpt-4o", "HelloWORLDly's I'LL 12345//\n", "Hello¦WORLDly's¦ I'LL¦ ¦123¦45¦//\n")]
    [InlineData("gpt-4o", "漢字ABC 𝐀𝐛𝐂", "漢字¦ABC¦ 𝐀𝐛¦𝐂")]
    [InlineData("deepseek-llm", "Hello café, 2024!\n\n 𐐀𐐨 漢字です。", "Hello¦ caf¦é¦,¦ ¦2024¦!¦\n¦\n¦ 𐐀𐐨¦ ¦漢字です¦。")]
    [InlineData("deepseek-v3", "don't _foo 12345 漢字・カナ\n\n x", "don¦'t¦ _¦foo¦ ¦123¦45¦ ¦漢字¦・¦カナ¦\n\n¦ x")]
    public void PieceLength_LaterFamilies_CutsAsPublished(string name, string text, string pieces) => Assert.Equal(pieces.Split('¦'), Split(name, text));

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("deepseek-llm")]
    [InlineData("deepseek-v3")]
    public void PieceLength_LongRuns_TakeLinearTime(string name)
    {
        foreach (string unit in (string[])["a", "A", "漢", "漢A", " ", "\u200B", "ש ", "\u0301", "・", "\u3000", "é "])
        {
            string text = string.Concat(Enumerable.Repeat(unit, 100_000)) + "x";
            long start = Stopwatch.GetTimestamp();
            PreTokenizer splitter = PreTokenizerRules.Find(name)!.Splitter;
            for (int at = 0; at < text.Length;)
            {
                at += splitter.PieceLength(text.AsSpan(at));
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5), $"{unit}: {Stopwatch.GetElapsedTime(start)}");
        }
    }

    [Fact]
    public void PieceLength_LoneSurrogate_IsASymbol() =>
        Assert.Equal(["a", "\uD800", "b"], Split("gpt-2", "a\uD800b"));

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("smollm")]
    [InlineData("llama-bpe")]
    [InlineData("qwen2")]
    [InlineData("qwen35")]
    [InlineData("gpt-4o")]
    [InlineData("deepseek-llm")]
    [InlineData("deepseek-v3")]
    public void PieceLength_RandomText_CutsAsThePattern(string name)
    {
        var random = new Random(20);
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            Assert.Equal(RegexOracle.Split(name, text).Where(piece => piece.Length > 0), Split(name, text));
        }
    }

    [Fact]
    public void Find_UnknownName_GivesNothing() => Assert.Null(PreTokenizerRules.Find("frobnicate"));

    [Theory]
    [InlineData("llama3", true, true, false)]
    [InlineData("qwen2", false, false, true)]
    [InlineData("deepseek-r1-qwen", false, false, false)]
    [InlineData("starcoder", false, false, false)]
    [InlineData("phi-2", false, false, false)]
    public void Find_KnownName_HasItsFlags(string name, bool wholePieces, bool addBos, bool nfc)
    {
        PreTokenizerRules rules = PreTokenizerRules.Find(name)!;
        Assert.Equal((wholePieces, addBos, nfc), (rules.WholePieces, rules.AddBos, rules.Nfc));
    }

    private static List<string> Split(string name, string text)
    {
        List<string> pieces = [];
        PreTokenizer splitter = PreTokenizerRules.Find(name)!.Splitter;
        for (int at = 0; at < text.Length; at += pieces[^1].Length)
        {
            pieces.Add(text.Substring(at, splitter.PieceLength(text.AsSpan(at))));
        }

        return pieces;
    }
}
