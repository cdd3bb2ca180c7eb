namespace Agentic.Inference.Tokenization;

/// <summary>What every kind of tokenizer is made of.</summary>
internal sealed record TokenizerTraits
{
    /// <summary>The kind and its rules, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The vocabulary.</summary>
    public required TokenTable Tokens { get; init; }

    /// <summary>The first token of a sequence.</summary>
    public int? Bos { get; init; }

    /// <summary>The last token of a sequence.</summary>
    public int? Eos { get; init; }

    /// <summary>Whether sequences begin with <see cref="Bos"/>.</summary>
    public bool AddBos { get; init; }

    /// <summary>Whether sequences end with <see cref="Eos"/>.</summary>
    public bool AddEos { get; init; }

    /// <summary>Further ends the file names: end of turn, of message.</summary>
    public IReadOnlyList<int?> OtherEnds { get; init; } = [];
}
