using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

public class SpecialTokenTests
{
    [Fact]
    public void Encode_UserText_NeverGivesASpecialToken()
    {
        foreach (Tokenizer tokenizer in (Tokenizer[])[Tokenizers.SmolLm, Tokenizers.MiniLm, Tokenizers.Tiny("mistral"), Tokenizers.Tiny("llama")])
        {
            for (int id = 0; id < tokenizer.VocabularySize; id++)
            {
                if (tokenizer.IsSpecial(id))
                {
                    string text = tokenizer.Decode([id]);
                    Assert.DoesNotContain(id, tokenizer.Encode($"a{text} {text}").Where(other => other != Unknown(tokenizer)));
                    Assert.Contains(id, tokenizer.Encode($"a{text} {text}", parseSpecial: true));
                }
            }
        }

        static int Unknown(Tokenizer tokenizer) => tokenizer == Tokenizers.MiniLm ? 100 : -1;
    }

    [Fact]
    public void Encode_ByteTokenSpelledOut_IsText()
    {
        Tokenizer tokenizer = Tokenizers.Tiny("mistral");
        Assert.Equal("x<0x41>", tokenizer.Decode(tokenizer.Encode("x<0x41>", parseSpecial: true)));
        Assert.DoesNotContain(3 + 0x41, tokenizer.Encode("x<0x41>", parseSpecial: true));
    }

    [Fact]
    public void Encode_SpecialsThatOverlap_TakesTheLeftmostLongest()
    {
        Tokenizer tokenizer = HandMade.ByteLevel([("<a>", 3), ("<a><b>", 3), ("b><c>", 3), ("<", 3)], []).Build();
        int more = HandMade.FirstMore;
        Assert.Equal([more + 1, more + 3, .. tokenizer.Encode("c>")], tokenizer.Encode("<a><b><c>", parseSpecial: true));
        Assert.Equal([more, more + 2], tokenizer.Encode("<a>b><c>", parseSpecial: true));
        Assert.Equal([more + 3, .. tokenizer.Encode("ab")], tokenizer.Encode("<ab", parseSpecial: true));
    }

    [Fact]
    public void Encode_UserDefinedTokens_OnlyWhiteSpaceIsOrdinaryText()
    {
        Tokenizer tokenizer = HandMade.ByteLevel([("<tool>", 4), ("   ", 4)], []).Build();
        int tool = HandMade.FirstMore;
        Assert.DoesNotContain(tool, tokenizer.Encode("a<tool>   "));
        Assert.Contains(tool + 1, tokenizer.Encode("a<tool>   "));
        Assert.Equal([.. tokenizer.Encode("a"), tool, tool + 1], tokenizer.Encode("a<tool>   ", parseSpecial: true));
        Assert.False(tokenizer.IsSpecial(tool));
    }

    [Fact]
    public void Encode_Parts_EqualsTheJoinedTextButTrustsOnlyItsParts()
    {
        Tokenizer tokenizer = Tokenizers.SmolLm;
        List<int> ids = [];
        tokenizer.Encode([new("<|im_start|>user\n", true), new("\n\nHello wor", false), new("ld<|im_end|>\n", true)], ids);
        Assert.Equal(tokenizer.Encode("<|im_start|>user\n\n\nHello world<|im_end|>\n", parseSpecial: true), ids);
        ids.Clear();
        tokenizer.Encode([new("<|im_start|>user\n", true), new("<|im_end|>", false), new("<|im_end|>", true)], ids);
        Assert.Equal([1, .. tokenizer.Encode("user\n<|im_end|>"), 2], ids);
        ids.Clear();
        tokenizer.Encode([new("<|im_", true), new("end|>", false)], ids);
        Assert.Equal(tokenizer.Encode("<|im_end|>"), ids);
    }

    [Theory]
    [InlineData(new[] { "<|end|>", "<|eot_id|>", "x" }, new[] { 0, 1 })]
    [InlineData(new[] { "<|end|>", "<|return|>", "<|call|>" }, new[] { 1, 2 })]
    [InlineData(new[] { "<|im_start|>", "<|im_end|>", "</s>" }, new[] { 1, 2 })]
    public void EndTokens_KnownNames_AreEnds(string[] specials, int[] ends)
    {
        Tokenizer tokenizer = HandMade.ByteLevel([.. specials.Select(text => (text, 3))], []).Build();
        Assert.Equal(ends.Select(end => end + HandMade.FirstMore), tokenizer.EndTokens.Order());
    }

    [Fact]
    public void EndTokens_OrdinaryTokenWithAnEndName_IsNoEnd() =>
        Assert.Empty(HandMade.ByteLevel([("</s>", 1)], []).Build().EndTokens);

    [Fact]
    public void EndTokens_NamedByTheFile_AreEnds()
    {
        Tokenizer tokenizer = (HandMade.ByteLevel([("x", 3), ("y", 3), ("z", 3)], []) with
        {
            EosToken = HandMade.FirstMore,
            EotToken = HandMade.FirstMore + 1,
            EomToken = HandMade.FirstMore + 2,
        }).Build();
        Assert.Equal(3, tokenizer.EndTokens.Count);
    }

    [Fact]
    public void Build_NoTokenTypes_TakesMarksForControl()
    {
        Tokenizer tokenizer = (HandMade.ByteLevel([("<|im_start|>", 0), ("<|im_end|>", 0)], []) with { Types = null }).Build();
        Assert.True(tokenizer.IsSpecial(HandMade.FirstMore));
        Assert.Equal([HandMade.FirstMore + 1], tokenizer.Encode("<|im_end|>", parseSpecial: true));
        Assert.Equal([HandMade.FirstMore + 1], tokenizer.EndTokens);
    }
}
