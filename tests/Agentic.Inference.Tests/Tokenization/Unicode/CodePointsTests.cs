using Agentic.Inference.Tokenization.Unicode;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.Unicode;

public class CodePointsTests
{
    [Fact]
    public void ClassOf_WhiteSpace_IsThePropertyAndNothingElse()
    {
        int[] expected =
        [
            9, 10, 11, 12, 13, 0x20, 0x85, 0xA0, 0x1680, .. Enumerable.Range(0x2000, 11), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        ];
        Assert.Equal(expected, Enumerable.Range(0, 0x110000).Where(c => (CodePoints.ClassOf(c) & CodePointClass.Space) != 0));
    }

    [Theory]
    [InlineData('a', CodePointClass.Letter | CodePointClass.Lower)]
    [InlineData(0x1D400, CodePointClass.Letter | CodePointClass.Upper)]
    [InlineData(0x1C5, CodePointClass.Letter | CodePointClass.Upper)]
    [InlineData('$', CodePointClass.Sign)]
    [InlineData(0x2028, CodePointClass.Space)]
    [InlineData(0x200B, CodePointClass.Symbol)]
    [InlineData(0x2A6D6, CodePointClass.Letter)]
    [InlineData(0x2160, CodePointClass.Number)]
    [InlineData(0xB2, CodePointClass.Number)]
    [InlineData(0x301, CodePointClass.Mark | CodePointClass.NfcUnsafe)]
    [InlineData(0x903, CodePointClass.Mark)]
    [InlineData('\n', CodePointClass.Space | CodePointClass.NewLine)]
    [InlineData(0xD800, CodePointClass.Symbol)]
    [InlineData(0x10FFFF, CodePointClass.Symbol)]
    internal void ClassOf_CodePoint_IsItsClass(int codePoint, CodePointClass expected) =>
        Assert.Equal(expected, CodePoints.ClassOf(codePoint));
}
