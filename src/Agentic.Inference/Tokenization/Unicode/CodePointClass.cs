namespace Agentic.Inference.Tokenization.Unicode;

/// <summary>What the splitters ask about a code point, as bits.</summary>
[Flags]
internal enum CodePointClass : ushort
{
    /// <summary>None of these: controls, unassigned, lone surrogates; for most splitters one kind with <see cref="Mark"/> and <see cref="Sign"/>.</summary>
    Symbol = 0,

    /// <summary>General category L*.</summary>
    Letter = 1,

    /// <summary>General category N*.</summary>
    Number = 2,

    /// <summary>The White_Space property.</summary>
    Space = 4,

    /// <summary>Carriage return or line feed; <see cref="Space"/> too.</summary>
    NewLine = 8,

    /// <summary>General category M*.</summary>
    Mark = 16,

    /// <summary>A text without any code point of this class is in NFC already.</summary>
    NfcUnsafe = 32,

    /// <summary>Categories Lu and Lt; <see cref="Letter"/> too.</summary>
    Upper = 64,

    /// <summary>Category Ll; <see cref="Letter"/> too.</summary>
    Lower = 128,

    /// <summary>General categories P* and S*.</summary>
    Sign = 256,
}
