using Agentic.Inference.Tokenization;
using Agentic.Inference.Tokenization.Unicode;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

public class RoundTripTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("mistral")]
    public void Decode_EncodedRandomText_GivesItBack(string name)
    {
        Tokenizer tokenizer = Tokenizers.Tiny(name);
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText(random, random.Next(40));
            string expected = name == "qwen2" ? Normalizer.ToNfc(text).ToString() : text;

            // U+2581 is how SentencePiece writes a blank.
            Assert.Equal(
                name == "mistral" ? expected.Replace('\u2581', ' ') : expected, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Decode_LoneSurrogates_AreReplacementCharacters()
    {
        foreach (string name in (string[])["llama", "qwen2", "mistral"])
        {
            Tokenizer tokenizer = Tokenizers.Tiny(name);
            Assert.Equal("a\uFFFDb\uFFFD", tokenizer.Decode(tokenizer.Encode("a\uD83Db\uDE00")));
        }

        Assert.Equal(Tokenizers.MiniLm.Encode("ab"), Tokenizers.MiniLm.Encode("a\uD83Db"));
    }

    [Fact]
    public void Append_RandomTokens_EmitsWholeCodePointsThatJoinToTheText()
    {
        var random = new Random(4);
        foreach (Tokenizer tokenizer in (Tokenizer[])[Tokenizers.SmolLm, Tokenizers.Tiny("llama")])
        {
            for (int i = 0; i < 500; i++)
            {
                int[] ids = [.. Enumerable.Range(0, 30).Select(_ => random.Next(tokenizer.VocabularySize))];
                StreamingDecoder decoder = tokenizer.CreateDecoder(skipSpecial: true);
                string[] parts = [.. ids.Select(decoder.Append), decoder.Flush()];
                Assert.All(parts, part => Assert.False(part.Length > 0 && (char.IsHighSurrogate(part[^1]) || char.IsLowSurrogate(part[0]))));
                Assert.Equal(tokenizer.Decode(ids, skipSpecial: true), string.Concat(parts));
            }
        }
    }

    [Fact]
    public void Append_EmojiByteByByte_ComesAtTheLastByte()
    {
        Tokenizer tokenizer = Tokenizers.Tiny("llama");
        StreamingDecoder decoder = tokenizer.CreateDecoder(skipSpecial: false);
        int[] ids = tokenizer.Encode("🙂");
        Assert.Equal(["", "", "", "🙂"], ids.Select(decoder.Append));
        Assert.Equal("", decoder.Append(ids[0]));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void Decode_IdOutsideTheVocabulary_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizers.SmolLm.Decode([49152]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizers.SmolLm.Decode([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizers.SmolLm.CreateDecoder(skipSpecial: true).Append(49152));
        Assert.False(Tokenizers.SmolLm.IsSpecial(-1));
    }

    [Fact]
    public void Encode_FromManyThreads_GivesWhatOneThreadGives()
    {
        Tokenizer tokenizer = Tokenizers.SmolLm;
        var random = new Random(5);
        string[] texts = [.. Enumerable.Range(0, 64).Select(_ => RandomText(random, 4000))];
        int[][] alone = [.. texts.Select(text => tokenizer.Encode(text))];
        Parallel.For(0, 256, i => Assert.Equal(alone[i % 64], tokenizer.Encode(texts[i % 64])));
    }

    private static string RandomText(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ =>
        random.Next(5) switch
        {
            0 => char.ConvertFromUtf32(random.Next(0x110000 - 0x800) is var c && c >= 0xD800 ? c + 0x800 : c),
            1 => " ",
            2 => ((char)random.Next(0x20, 0x600)).ToString(),
            _ => ((char)random.Next('a', 'z' + 1)).ToString(),
        }));
}
