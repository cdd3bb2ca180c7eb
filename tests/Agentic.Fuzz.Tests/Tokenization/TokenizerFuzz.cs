using System.Text;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Fuzz.Tests.Tokenization;

/// <summary>Any text can be encoded, and comes back where the vocabulary can write everything; any tokens can be decoded, at once or one by one.</summary>
public class TokenizerFuzz
{
    private const long MaxAllocated = 32 << 20;

    [Theory]
    [InlineData("model:SmolLM2-135M-Instruct.Q4_1.gguf", 25_000, true)]
    [InlineData("model:all-MiniLM-L6-v2.Q8_0.gguf", 10_000, false)]
    [InlineData("tiny/gemma2.gguf", 10_000, true)]
    [InlineData("tiny/llama.gguf", 10_000, true)]
    public void Encode_AnyText_ComesBack(string name, int cases, bool lossless)
    {
        Tokenizer tokenizer = Read(name);
        bool[] written = BytesWritten(tokenizer);
        int refused = new Campaign<string>(name, cases)
        {
            Make = random => Texts.Make(random),
            Run = text =>
            {
                int[] ids = tokenizer.Encode(text);
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                string back = tokenizer.Decode(ids);
                // Lone surrogates cannot be written in UTF-8; SentencePiece writes a blank as U+2581 and may begin a text with one.
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                string expected = Encoding.UTF8.GetString(bytes);
                if (lossless && Array.TrueForAll(bytes, b => written[b]))
                {
                    Assert.True(back == expected || back.TrimStart(' ') == expected.Replace('\u2581', ' ').TrimStart(' '), $"came back as {Escape(back)}");
                }

                tokenizer.Encode(text, parseSpecial: true);
            },
            Refuses = _ => false,
            MaxAllocated = MaxAllocated,
            Show = Escape,
        }.Execute();
        Assert.Equal(0, refused);
    }

    [Theory]
    [InlineData("model:SmolLM2-135M-Instruct.Q4_1.gguf", 10_000)]
    [InlineData("tiny/gemma2.gguf", 5_000)]
    public void Decode_AnyTokens_StreamsToTheSameText(string name, int cases)
    {
        Tokenizer tokenizer = Read(name);
        new Campaign<int[]>(name, cases)
        {
            Make = random => [.. Enumerable.Range(0, random.Next(60)).Select(_ => random.Next(tokenizer.VocabularySize))],
            Run = ids =>
            {
                StreamingDecoder decoder = tokenizer.CreateDecoder(skipSpecial: false);
                string streamed = string.Concat(ids.Select(decoder.Append)) + decoder.Flush();
                Assert.Equal(tokenizer.Decode(ids), streamed);
            },
            Refuses = _ => false,
            MaxAllocated = MaxAllocated,
            Show = ids => string.Join(',', ids),
        }.Execute();
    }

    private static Tokenizer Read(string name)
    {
        using GgufFile file = GgufFile.Open(name.StartsWith("model:", StringComparison.Ordinal) ? Repository.Model(name[6..]) : Repository.Golden(name));
        return Tokenizer.FromGguf(file);
    }

    /// <summary>Bytes that the vocabulary has tokens for; some leave out bytes that their training never saw.</summary>
    private static bool[] BytesWritten(Tokenizer tokenizer)
    {
        var written = new bool[256];
        for (int id = 0; id < tokenizer.VocabularySize; id++)
        {
            if (tokenizer.TokenBytes(id) is [byte single])
            {
                written[single] = true;
            }
        }

        return written;
    }

    private static string Escape(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
