using System.Text;
using Agentic.Inference.Constraints;
using Xunit;

namespace Agentic.Inference.Tests.Constraints;

public sealed class ByteAutomatonTests
{
    private static readonly GrammarNode Letter = GrammarNode.Byte(ByteSet.Range((byte)'a', (byte)'c'));

    [Theory]
    [InlineData("ab", true)]
    [InlineData("abcc", true)]
    [InlineData("b", false)]
    [InlineData("abcca", false)]
    public void Intersect_OfPatternAndLength_HasWordsOfBoth(string word, bool expected)
    {
        ByteAutomaton pattern = ByteAutomaton.Of(GrammarNode.Sequence(GrammarNode.Text("a"), GrammarNode.Repeat(Letter, 0)));
        ByteAutomaton length = ByteAutomaton.Of(GrammarNode.Repeat(Letter, 2, 4));
        Assert.Equal(expected, pattern.Intersect(length).Matches(Encoding.UTF8.GetBytes(word)));
    }

    [Fact]
    public void Except_OfEverything_IsEmpty()
    {
        ByteAutomaton some = ByteAutomaton.Of(GrammarNode.AnyOf(GrammarNode.Text("abc"), GrammarNode.Text("a")));
        Assert.True(some.Except(ByteAutomaton.Of(GrammarNode.Repeat(Letter, 0))).IsEmpty);
        Assert.True(some.Except(ByteAutomaton.Of(GrammarNode.Text("a"))).Matches("abc"u8));
        Assert.False(some.Except(ByteAutomaton.Of(GrammarNode.Text("a"))).Matches("a"u8));
        Assert.True(some.Except(ByteAutomaton.Of(GrammarNode.Nothing)).Matches("a"u8));
    }

    [Fact]
    public void Of_EquivalentExpressions_IsMinimal()
    {
        GrammarNode twice = GrammarNode.AnyOf(GrammarNode.Text("ab"), GrammarNode.Text("cb"));
        ByteAutomaton automaton = ByteAutomaton.Of(GrammarNode.Sequence(GrammarNode.Repeat(twice, 0), GrammarNode.Repeat(twice, 0)));
        Assert.Equal(2, automaton.StateCount);
    }

    [Fact]
    public void CodePoint_OfAnySet_MatchesItsScalarsAndNothingElse()
    {
        CodePointSet set = CodePointSet.Of((0x41, 0x5A), (0x7F, 0x81), (0x7FE, 0x803), (0xD000, 0xE001), (0xFFFE, 0x10001), (0x10FFFF, 0x10FFFF));
        ByteAutomaton automaton = ByteAutomaton.Of(GrammarNode.CodePoint(set));
        Span<byte> bytes = stackalloc byte[4];
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (Rune.IsValid(value))
            {
                int length = new Rune(value).EncodeToUtf8(bytes);
                if (automaton.Matches(bytes[..length]) != set.Contains(value))
                {
                    Assert.Fail($"U+{value:X4}");
                }
            }
        }

        Assert.False(automaton.Matches([0xED, 0xA0, 0x80])); // a surrogate
    }

    [Fact]
    public void CodePointSet_Operations_AgreeWithMembership()
    {
        CodePointSet left = CodePointSet.Of((10, 20), (30, 40)), right = CodePointSet.Of((15, 32), (40, 50));
        for (int value = 0; value < 60; value++)
        {
            Assert.Equal(left.Contains(value) || right.Contains(value), left.Union(right).Contains(value));
            Assert.Equal(left.Contains(value) && right.Contains(value), left.Intersect(right).Contains(value));
            Assert.Equal(left.Contains(value) && !right.Contains(value), left.Except(right).Contains(value));
        }

        Assert.Equal(0x110000 - 0x800, CodePointSet.Empty.Complement().Count);
    }
}
