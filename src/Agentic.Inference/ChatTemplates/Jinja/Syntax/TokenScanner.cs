using System.Globalization;
using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Reads one token inside a tag.</summary>
internal ref struct TokenScanner(string source, int position, int line)
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "|"];

    public int Position { get; private set; } = position;

    public Token Next()
    {
        var c = source[Position];
        if (char.IsLetter(c) || c == '_')
        {
            return Take(TokenKind.Name, Run(Position, static c => char.IsLetterOrDigit(c) || c == '_'));
        }
        if (char.IsAsciiDigit(c))
        {
            return Number();
        }
        if (c is '\'' or '"')
        {
            return Quoted(c);
        }
        foreach (var sign in Operators)
        {
            if (string.CompareOrdinal(source, Position, sign, 0, sign.Length) == 0)
            {
                return Take(TokenKind.Operator, Position + sign.Length);
            }
        }
        throw new TemplateFault($"unexpected character '{c}'", line);
    }

    private readonly int Run(int from, Func<char, bool> belongs)
    {
        while (from < source.Length && belongs(source[from]))
        {
            from++;
        }
        return from;
    }

    private Token Take(TokenKind kind, int end)
    {
        var token = new Token(kind, source[Position..end], line);
        Position = end;
        return token;
    }

    private Token Number()
    {
        static bool IsDigit(char c) => char.IsAsciiDigit(c) || c == '_';
        var end = Run(Position, IsDigit);
        var kind = TokenKind.Integer;
        if (end + 1 < source.Length && source[end] == '.' && char.IsAsciiDigit(source[end + 1]))
        {
            kind = TokenKind.Float;
            end = Run(end + 1, IsDigit);
        }
        if (end < source.Length && source[end] is 'e' or 'E')
        {
            var digits = end + 1 < source.Length && source[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < source.Length && char.IsAsciiDigit(source[digits]))
            {
                kind = TokenKind.Float;
                end = Run(digits, IsDigit);
            }
        }
        var token = Take(kind, end);
        return token with { Text = token.Text.Replace("_", "", StringComparison.Ordinal) };
    }

    private Token Quoted(char quote)
    {
        var text = new StringBuilder();
        for (var i = Position + 1; i < source.Length; i++)
        {
            if (source[i] == quote)
            {
                Position = i + 1;
                return new(TokenKind.String, text.ToString(), line);
            }
            if (source[i] == '\\' && i + 1 < source.Length)
            {
                i = Escape(i + 1, text);
            }
            else
            {
                text.Append(source[i]);
            }
        }
        throw new TemplateFault("a string is not closed", line);
    }

    /// <summary>Appends what an escape stands for and returns the index of its last character.</summary>
    private readonly int Escape(int index, StringBuilder text)
    {
        const string Letters = "ntrabfv0\\'\"";
        const string Meanings = "\n\t\r\a\b\f\v\0\\'\"";
        var c = source[index];
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (index + digits >= source.Length || !int.TryParse(source.AsSpan(index + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10FFFF)
            {
                throw new TemplateFault($"a string has a broken \\{c} escape", line);
            }
            text.Append(value is >= 0xD800 and < 0xE000 ? ((char)value).ToString() : char.ConvertFromUtf32(value));
            return index + digits;
        }
        var meaning = Letters.IndexOf(c, StringComparison.Ordinal);
        if (c != '\n')
        {
            text.Append(meaning >= 0 ? Meanings[meaning] : $"\\{c}");
        }
        return index;
    }
}
