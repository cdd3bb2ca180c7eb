namespace Agentic.Inference.Tokenization.Unicode;

/// <summary>What the splitters ask about a code point, as bits of one byte.</summary>
[Flags]
internal enum CodePointClass : byte
{
    /// <summary>Anything else: punctuation, symbols, controls, unassigned, lone surrogates.</summary>
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
}
