using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tokenization;

/// <summary>Every token's bytes, as they appear in text, and its kind. Immutable.</summary>
internal sealed class TokenTable
{
    /// <summary>Takes the decoded bytes and kinds, one each per token.</summary>
    public TokenTable(Utf8Strings bytes, TokenKind[] kinds)
    {
        (Bytes, Kinds) = (bytes, kinds);
        Specials = [.. Enumerable.Range(0, kinds.Length)
            .Where(id => kinds[id] is TokenKind.Control or TokenKind.Unknown or TokenKind.UserDefined)];
    }

    /// <summary>What a token stands for in text: raw bytes, for a special token its own name.</summary>
    public Utf8Strings Bytes { get; }

    /// <summary>The kinds.</summary>
    public TokenKind[] Kinds { get; }

    /// <summary>The tokens that merging never makes.</summary>
    public IReadOnlyList<int> Specials { get; }

    /// <summary>The number of tokens.</summary>
    public int Count => Kinds.Length;

    /// <summary>True for marks of the format: shown to the model, not to people.</summary>
    public bool IsSpecial(int id) => Kinds[id] is TokenKind.Control or TokenKind.Unknown;
}
