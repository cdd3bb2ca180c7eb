namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>The character sets that ECMA-262 names.</summary>
internal static class CharacterSets
{
    /// <summary><c>\d</c>.</summary>
    public static CodePointSet Digit { get; } = CodePointSet.Of(('0', '9'));

    /// <summary><c>\w</c>.</summary>
    public static CodePointSet Word { get; } = CodePointSet.Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary><c>\s</c>: WhiteSpace and LineTerminator.</summary>
    public static CodePointSet Space { get; } = CodePointSet.Of(
        (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    /// <summary><c>.</c>: everything but LineTerminator.</summary>
    public static CodePointSet Dot { get; } = CodePointSet.Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    /// <summary>What is none of these.</summary>
    public static CodePointSet NoDigit { get; } = Digit.Complement();

    /// <summary>What is none of these.</summary>
    public static CodePointSet NoWord { get; } = Word.Complement();

    /// <summary>What is none of these.</summary>
    public static CodePointSet NoSpace { get; } = Space.Complement();
}
