using System.Text;
using Agentic.Inference.Tokenization.Bpe;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.Bpe;

public class ByteAlphabetTests
{
    [Fact]
    public void ToByte_WholeAlphabet_IsThePublishedMapping()
    {
        // Printable bytes stand for themselves; the others follow in order from U+0100 on.
        int next = 0x100;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            Assert.Equal(b, ByteAlphabet.ToByte(printable ? b : next++));
        }

        Assert.Equal(0x144, next);
        Assert.All([0, 0x20, 0x7F, 0xA0, 0xAD, 0x144, 0x2581, 0x10FFFF], c => Assert.Equal(-1, ByteAlphabet.ToByte(c)));
    }

    [Theory]
    [InlineData("Ġthe", " the")]
    [InlineData("Ã©", "é")]
    [InlineData("", "")]
    public void TryDecode_MappedText_GivesItsBytes(string mapped, string text)
    {
        byte[] bytes = new byte[16];
        Assert.True(ByteAlphabet.TryDecode(Encoding.UTF8.GetBytes(mapped), bytes, out int count));
        Assert.Equal(text, Encoding.UTF8.GetString(bytes, 0, count));
    }

    [Fact]
    public void TryDecode_OtherText_Refuses() => Assert.False(ByteAlphabet.TryDecode("a b"u8, new byte[8], out _));
}
