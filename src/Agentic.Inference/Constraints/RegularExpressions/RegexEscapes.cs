using System.Text;

namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>What follows a backslash.</summary>
internal sealed class RegexEscapes(SourceReader reader)
{
    private readonly Dictionary<string, CodePointSet> _properties = new(StringComparer.Ordinal);

    /// <summary>An escape outside classes; the backslash at <paramref name="at"/> has been read.</summary>
    public CodePointSet Outside(int at) => reader.Peek() switch
    {
        >= '1' and <= '9' or 'k' or 'g' => throw reader.Error("Backreferences are not supported", "Repeat the texts that are meant.", at),
        'b' or 'B' => throw reader.Error($"The word boundary \\{(char)reader.Peek()} is not supported", "Say which characters may stand there.", at),
        'A' or 'Z' or 'z' or 'G' => throw reader.Error($"The anchor \\{(char)reader.Peek()} is not supported", "Use ^ and $ at the ends.", at),
        'K' or 'R' or 'X' or 'N' or 'h' or 'H' or 'V' or 'C' or 'Q' or 'E' => throw reader.Error($"The escape \\{(char)reader.Peek()} is not supported", "Use a class.", at),
        _ => Inside(at),
    };

    /// <summary>An escape inside a class.</summary>
    public CodePointSet Inside(int at)
    {
        int next = reader.Read();
        return next switch
        {
            'd' => CharacterSets.Digit,
            'D' => CharacterSets.NoDigit,
            'w' => CharacterSets.Word,
            'W' => CharacterSets.NoWord,
            's' => CharacterSets.Space,
            'S' => CharacterSets.NoSpace,
            'p' or 'P' => Property(at, negated: next == 'P'),
            _ => CodePointSet.Of(Character(next, at)),
        };
    }

    private int Character(int next, int at) => next switch
    {
        'b' => '\b', // in a class only
        't' => '\t',
        'n' => '\n',
        'v' => '\v',
        'f' => '\f',
        'r' => '\r',
        '0' when reader.Peek() is not (>= '0' and <= '9') => 0,
        >= '0' and <= '9' => throw reader.Error("Octal escapes are not supported", "Write \\xHH.", at),
        'c' when reader.Peek() is >= 'a' and <= 'z' or >= 'A' and <= 'Z' => reader.Read() & 31,
        'c' => throw reader.Error("The escape \\c needs a letter", null, at),
        'x' => reader.Hexadecimal(2) ?? throw reader.Error("The escape \\x needs two hexadecimal digits", "Write \\u{…} for more.", at),
        'u' => Unicode(at),
        SourceReader.End => throw reader.Error("The pattern ends in a backslash", "Write \\\\ for the character.", at),
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' or > 0x7F => throw reader.Error($"The escape \\{new Rune(next)} is not known", "Only signs need a backslash.", at),
        _ => next,
    };

    private int Unicode(int at)
    {
        if (reader.TryRead("{"))
        {
            int value = 0;
            do
            {
                value = value <= 0x10FFFF && reader.Hexadecimal(1) is { } digit ? (value << 4) | digit : throw Wrong();
            }
            while (!reader.TryRead("}"));
            return Rune.IsValid(value) ? value : throw Wrong();
        }

        int first = reader.Hexadecimal(4) ?? throw reader.Error("The escape \\u needs four hexadecimal digits, or any number of them in braces", null, at);
        if (first is >= 0xD800 and < 0xDC00 && reader.TryRead("\\u") && reader.Hexadecimal(4) is >= 0xDC00 and < 0xE000 and int second)
        {
            return char.ConvertToUtf32((char)first, (char)second);
        }

        return first is >= 0xD800 and < 0xE000 ? throw reader.Error("The escape is half a surrogate pair", "Write \\u{…} with the code point.", at) : first;

        GrammarException Wrong() => reader.Error("The escape \\u{…} needs the hexadecimal number of a character", null, at);
    }

    private CodePointSet Property(int at, bool negated)
    {
        int start = reader.Position;
        var name = new StringBuilder();
        if (reader.TryRead("{"))
        {
            while (reader.Peek() is >= '0' and <= '9' or >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' or '=' && reader.Position - start < 100)
            {
                name.Append((char)reader.Read());
            }
        }

        if (name.Length == 0 || !reader.TryRead("}"))
        {
            throw reader.Error("The escape \\p needs the name of a general category in braces", "Write \\p{L} for letters.", at);
        }

        string key = (negated ? "^" : "") + name;
        if (!_properties.TryGetValue(key, out CodePointSet? set))
        {
            set = GeneralCategories.Find(name.ToString()) ?? throw reader.Error($"The property '{name}' is not supported: only general categories, Any and ASCII are", "Write \\p{L} for letters.", at);
            set = negated ? set.Complement() : set;
            _properties.Add(key, set);
        }

        return set;
    }
}
