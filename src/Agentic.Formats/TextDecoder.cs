using System.Buffers;
using System.Globalization;
using System.Text;

namespace Agentic.Formats;

/// <summary>Turns bytes into text: by their mark, else by what they look like.</summary>
internal static class TextDecoder
{
    /// <summary>One broken sequence in this many bytes is damage; more is another encoding.</summary>
    private const int DamageRate = 200;

    /// <exception cref="DocumentException">The bytes are no text.</exception>
    public static (string Text, List<string> Warnings) Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return Utf8(bytes[3..], name);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return Utf16(Encoding.Unicode, bytes[2..], name);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Utf16(Encoding.BigEndianUnicode, bytes[2..], name);
        }

        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, 1 << 16)];
        (int even, int odd) = Zeros(head);
        if (even + odd == 0)
        {
            return Utf8(bytes, name);
        }

        // Latin text in UTF-16 has a zero in nearly every character, always on the same side.
        return odd > head.Length / 4 && even == 0 ? Utf16(Encoding.Unicode, bytes, name)
            : even > head.Length / 4 && odd == 0 ? Utf16(Encoding.BigEndianUnicode, bytes, name)
            : throw NotText(name);
    }

    private static (string Text, List<string> Warnings) Utf8(ReadOnlySpan<byte> bytes, string name)
    {
        int controls = 0;
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, 1 << 16)];
        foreach (byte b in head)
        {
            controls += b < 32 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B) ? 1 : 0;
        }

        if (controls > head.Length / 50)
        {
            throw NotText(name);
        }

        int broken = BrokenSequences(bytes);
        if (broken == 0)
        {
            return (Encoding.UTF8.GetString(bytes), []);
        }

        return broken <= Math.Max(3, bytes.Length / DamageRate)
            ? (Encoding.UTF8.GetString(bytes), [string.Create(CultureInfo.InvariantCulture, $"{name} holds {broken:N0} byte sequences that are no UTF-8; each was replaced by U+FFFD.")])
            : (Encoding.Latin1.GetString(bytes), [$"{name} is not UTF-8; it was read as Latin-1, so that letters with accents may be wrong."]);
    }

    private static (string Text, List<string> Warnings) Utf16(Encoding encoding, ReadOnlySpan<byte> bytes, string name)
    {
        string text = encoding.GetString(bytes);
        int broken = text.AsSpan().Count('\uFFFD');
        return broken > text.Length / 50 + 3 ? throw NotText(name)
            : (text, broken == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{name} holds {broken:N0} code units that are no UTF-16; each was replaced by U+FFFD.")]);
    }

    private static int BrokenSequences(ReadOnlySpan<byte> bytes)
    {
        int broken = 0;
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out _, out int consumed) != OperationStatus.Done)
            {
                broken++;
            }

            bytes = bytes[consumed..];
            int ascii = bytes.IndexOfAnyExceptInRange((byte)0, (byte)127);
            bytes = bytes[(ascii < 0 ? bytes.Length : ascii)..];
        }

        return broken;
    }

    private static (int Even, int Odd) Zeros(ReadOnlySpan<byte> bytes)
    {
        int even = 0;
        int odd = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == 0)
            {
                even += 1 - (i & 1);
                odd += i & 1;
            }
        }

        return (even, odd);
    }

    private static DocumentException NotText(string name) =>
        new($"{name} is a binary file, not text.", "Text and Markdown in UTF-8 or UTF-16 can be read.");
}
