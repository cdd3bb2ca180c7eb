using System.Text;

namespace Agentic.Inference.Tokenization.Bpe;

/// <summary>GPT-2's alphabet: every byte is written as one printable code point.</summary>
internal static class ByteAlphabet
{
    /// <summary>The byte that a code point stands for, or -1.</summary>
    public static int ToByte(int codePoint) => codePoint switch
    {
        (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) => codePoint,
        >= 0x100 and <= 0x120 => codePoint - 0x100,
        >= 0x121 and <= 0x142 => codePoint - 0xA2,
        0x143 => 0xAD,
        _ => -1,
    };

    /// <summary>Turns the UTF-8 of mapped text back into its bytes; false when it is not written in this alphabet.</summary>
    /// <param name="mapped">The text, as a vocabulary or a list of merges holds it.</param>
    /// <param name="bytes">At least as long as <paramref name="mapped"/>.</param>
    /// <param name="count">How many bytes were written.</param>
    public static bool TryDecode(ReadOnlySpan<byte> mapped, Span<byte> bytes, out int count)
    {
        count = 0;
        while (mapped.Length > 0)
        {
            Rune.DecodeFromUtf8(mapped, out Rune rune, out int length);
            int value = ToByte(rune.Value);
            if (value < 0)
            {
                return false;
            }

            bytes[count++] = (byte)value;
            mapped = mapped[length..];
        }

        return true;
    }
}
