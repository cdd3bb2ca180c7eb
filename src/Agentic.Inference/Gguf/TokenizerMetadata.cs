namespace Agentic.Inference.Gguf;

/// <summary>What a file says of its tokenizer, read once and checked for consistency: the <c>tokenizer.*</c> keys. Immutable, thread-safe, independent of the file once read.</summary>
/// <param name="Model">Kind: <c>gpt2</c> (byte-level BPE), <c>llama</c> (SentencePiece-style BPE) or <c>bert</c> (WordPiece).</param>
/// <param name="Pre">Name of the pre-tokenizer; null when the file names none.</param>
/// <param name="Tokens">Token texts by id, as stored (byte-level BPE: in its byte alphabet). Not necessarily UTF-8, may hold duplicates.</param>
/// <param name="Types">Per token: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; null when the file has none. Other numbers may occur.</param>
/// <param name="Scores">Per token its merge score; null when the file has none (never for <c>llama</c>).</param>
/// <param name="Merges">Merge rules "left right", best first, as stored and unchecked; null when the file has none (never for <c>gpt2</c>).</param>
/// <param name="ChatTemplate">Source of the chat template; null when there is none.</param>
public sealed record TokenizerMetadata(string Model, string? Pre, Utf8Strings Tokens, int[]? Types, float[]? Scores, Utf8Strings? Merges, string? ChatTemplate)
{
    /// <summary>Beginning of text; null when there is none. Like all ids here it is within the vocabulary.</summary>
    public int? BosToken { get; init; }

    /// <summary>End of text.</summary>
    public int? EosToken { get; init; }

    /// <summary>End of turn.</summary>
    public int? EotToken { get; init; }

    /// <summary>End of message.</summary>
    public int? EomToken { get; init; }

    /// <summary>Unknown token.</summary>
    public int? UnknownToken { get; init; }

    /// <summary>Padding.</summary>
    public int? PaddingToken { get; init; }

    /// <summary>Separator of sentence pairs.</summary>
    public int? SeparatorToken { get; init; }

    /// <summary>Start of a sequence for encoders; absent, <see cref="BosToken"/> serves.</summary>
    public int? ClassToken { get; init; }

    /// <summary>Mask token of encoders.</summary>
    public int? MaskToken { get; init; }

    /// <summary>Whether a text starts with <see cref="BosToken"/>; null when the file does not say and the tokenizer's own default counts.</summary>
    public bool? AddBos { get; init; }

    /// <summary>Whether a text ends with <see cref="EosToken"/>; null when the file does not say.</summary>
    public bool? AddEos { get; init; }

    /// <summary>Whether a text gets a space in front; null when the file does not say.</summary>
    public bool? AddSpacePrefix { get; init; }

    /// <summary>Whether runs of white space collapse before encoding; null when the file does not say.</summary>
    public bool? RemoveExtraWhitespace { get; init; }

    /// <summary>Whether text is lowercased before encoding; null when the file does not say.</summary>
    public bool? Lowercase { get; init; }

    /// <summary>Reads and checks the keys.</summary>
    /// <exception cref="GgufFormatException">A key is missing, of the wrong type, or contradicts another.</exception>
    /// <exception cref="ModelNotSupportedException">The kind of tokenizer is not supported.</exception>
    public static TokenizerMetadata Read(GgufFile file) => TokenizerMetadataReader.Read(file);
}
