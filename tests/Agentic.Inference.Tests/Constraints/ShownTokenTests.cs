using Agentic.Inference.Constraints;
using Agentic.Inference.Tests.Tokenization;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints;

/// <summary>Marks of the format that count as text where a caller says so.</summary>
public sealed class ShownTokenTests
{
    private const int Mark = HandMade.FirstMore, Other = Mark + 1;
    private static readonly Tokenizer Words = HandMade.ByteLevel([("[CALL]", 3), ("[OTHER]", 3)], []).Build();
    private static readonly Grammar CallOrText = new(GrammarNode.AnyOf(GrammarNode.Text("[CALL]a"), GrammarNode.Text("[OTHER]b")));

    [Fact]
    public void AllowedBits_ShownMark_AllowedWhereItsNameIs()
    {
        ConstraintState plain = TokenConstraint.Compile(CallOrText, Words).Start();
        ConstraintState shown = TokenConstraint.Compile(CallOrText, Words, new HashSet<int> { Mark }).Start();
        Assert.False(Allows(plain, Mark));
        Assert.True(Allows(shown, Mark));
        Assert.False(Allows(shown, Other));
        Assert.False(plain.TryAccept(Mark));
        Assert.False(shown.TryAccept(Other));
        shown.Accept(Mark);
        Assert.False(Allows(shown, Mark));
        shown.Accept(Words.Encode("a")[0]);
        Assert.True(shown.MustEnd);
    }

    [Fact]
    public void Append_ShownMark_ComesOutByName()
    {
        StreamingDecoder decoder = Words.CreateDecoder(skipSpecial: true, new HashSet<int> { Mark });
        Assert.Equal("[CALL]", decoder.Append(Mark));
        Assert.Equal("", decoder.Append(Other));
    }

    private static bool Allows(ConstraintState state, int token) => (state.AllowedBits[token >> 5] >> (token & 31) & 1) != 0;
}
