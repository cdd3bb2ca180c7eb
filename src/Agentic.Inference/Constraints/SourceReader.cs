using System.Globalization;
using System.Text;

namespace Agentic.Inference.Constraints;

/// <summary>Reads a text code point by code point and says where it stands.</summary>
internal sealed class SourceReader
{
    /// <summary>Behind the last code point.</summary>
    public const int End = -1;

    private readonly int[] _codePoints;

    public SourceReader(string text)
    {
        var codePoints = new List<int>(text.Length);
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            codePoints.Add(char.IsSurrogatePair(text, i) ? char.ConvertToUtf32(text, i) : text[i]);
        }

        _codePoints = [.. codePoints];
        int half = Array.FindIndex(_codePoints, codePoint => !Rune.IsValid(codePoint));
        if (half >= 0)
        {
            throw Error("Half a surrogate pair is no character", null, half);
        }
    }

    /// <summary>The number of code points read.</summary>
    public int Position { get; private set; }

    /// <summary>The next code point, or <see cref="End"/>.</summary>
    public int Peek(int ahead = 0) => Position + ahead < _codePoints.Length ? _codePoints[Position + ahead] : End;

    public int Read()
    {
        int next = Peek();
        Position += next == End ? 0 : 1;
        return next;
    }

    /// <summary>Goes on by a text if it comes next.</summary>
    public bool TryRead(string expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (Peek(i) != expected[i])
            {
                return false;
            }
        }

        Position += expected.Length;
        return true;
    }

    /// <summary>Goes back or forth.</summary>
    public void Seek(int position) => Position = position;

    /// <summary>A number of exactly so many hexadecimal digits; null, and nothing read, when they do not come.</summary>
    public int? Hexadecimal(int digits)
    {
        int value = 0;
        for (int i = 0; i < digits; i++)
        {
            int next = Peek(i);
            if (next > 0x7F || next < 0 || !char.IsAsciiHexDigit((char)next))
            {
                return null;
            }

            value = (value << 4) | Convert.ToInt32(((char)next).ToString(), 16);
        }

        Position += digits;
        return value;
    }

    /// <summary>A decimal number, at most <see cref="int.MaxValue"/>; null, and nothing read, when no digit comes.</summary>
    public int? Number()
    {
        long? value = null;
        for (; Peek() is >= '0' and <= '9'; Position++)
        {
            value = Math.Min(((value ?? 0) * 10) + Peek() - '0', int.MaxValue);
        }

        return (int?)value;
    }

    /// <summary>An error at a position; null = where the reader stands.</summary>
    /// <param name="problem">A sentence without its full stop.</param>
    /// <param name="hint">What to do.</param>
    /// <param name="position">Where, in code points.</param>
    public GrammarException Error(string problem, string? hint = null, int? position = null)
    {
        int at = position ?? Position;
        int line = 1 + _codePoints.Take(at).Count(codePoint => codePoint == '\n');
        int column = at - Array.LastIndexOf(_codePoints, '\n', Math.Max(0, Math.Min(at, _codePoints.Length) - 1));
        return new GrammarException($"{problem}.", hint, line, at == 0 ? 1 : column);
    }

    /// <summary>A code point as errors show it.</summary>
    public static string Show(int codePoint) => codePoint == End ? "the end"
        : Rune.GetUnicodeCategory(new Rune(codePoint)) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned ? $"U+{codePoint:X4}"
        : $"'{new Rune(codePoint)}'";
}
