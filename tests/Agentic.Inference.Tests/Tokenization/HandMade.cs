using System.Text;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Tests.Tokenization;

/// <summary>Small vocabularies written by hand.</summary>
internal static class HandMade
{
    public static Utf8Strings Strings(IEnumerable<string> strings)
    {
        List<byte> bytes = [];
        List<int> ends = [];
        foreach (string s in strings)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(s));
            ends.Add(bytes.Count);
        }

        return new Utf8Strings([.. bytes], [.. ends]);
    }

    /// <summary>Byte-level BPE: the ASCII letters, digits and signs, then <paramref name="more"/> with their kinds.</summary>
    public static TokenizerMetadata ByteLevel((string Text, int Kind)[] more, string[] merges, string? pre = "gpt-2")
    {
        string[] single = [.. Enumerable.Range(0x21, 0x5E).Select(c => ((char)c).ToString()), "Ġ", "Ċ"];
        return new TokenizerMetadata("gpt2", pre, Strings([.. single, .. more.Select(token => token.Text)]),
            [.. single.Select(_ => 1), .. more.Select(token => token.Kind)], null, Strings(merges), null);
    }

    /// <summary>The id that a hand-made byte-level vocabulary gives its first further token.</summary>
    public const int FirstMore = 0x5E + 2;

    /// <summary>SentencePiece-style BPE.</summary>
    public static TokenizerMetadata Scored((string Text, int Kind, float Score)[] tokens) => new(
        "llama", null, Strings(tokens.Select(token => token.Text)), [.. tokens.Select(token => token.Kind)],
        [.. tokens.Select(token => token.Score)], null, null);

    public static Tokenizer Build(this TokenizerMetadata metadata) => new TokenizerBuilder("hand.gguf", metadata).Build();
}
