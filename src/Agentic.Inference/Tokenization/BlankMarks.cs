using System.Globalization;
using System.Text;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tokenization;

/// <summary>Vocabularies in which U+2581 stands for a blank and <c>&lt;0xNN&gt;</c> for a byte.</summary>
internal static class BlankMarks
{
    /// <summary>The mark of a blank.</summary>
    public const char Mark = '\u2581';

    /// <summary>What the tokens stand for in text.</summary>
    public static Utf8Strings ToText(Utf8Strings tokens, TokenKind[] kinds)
    {
        var bytes = new Utf8StringsBuilder();
        for (int id = 0; id < tokens.Count; id++)
        {
            ReadOnlySpan<byte> text = tokens[id];
            if (kinds[id] == TokenKind.Byte && TryParseByte(text, out byte value))
            {
                bytes.Add([value]);
            }
            else if (kinds[id] is TokenKind.Normal or TokenKind.UserDefined && text.IndexOf("\u2581"u8) >= 0)
            {
                bytes.Add(Encoding.UTF8.GetBytes(tokens.Text(id).Replace(Mark, ' ')));
            }
            else
            {
                bytes.Add(text);
            }
        }

        return bytes.Build();
    }

    private static bool TryParseByte(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        return text.Length == 6 && text.StartsWith("<0x"u8) && text[5] == '>'
            && byte.TryParse(text[3..5], NumberStyles.AllowHexSpecifier, null, out value);
    }
}
