using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization.Bpe;
using Agentic.Inference.Tokenization.PreTokenizers;
using Agentic.Inference.Tokenization.SentencePiece;
using Agentic.Inference.Tokenization.WordPiece;

namespace Agentic.Inference.Tokenization;

/// <summary>Makes the tokenizer that a file's metadata describes.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="metadata">Its <c>tokenizer.*</c> keys.</param>
internal sealed class TokenizerBuilder(string path, TokenizerMetadata metadata)
{
    private const string Prefix = "tokenizer.ggml.";

    /// <summary>Builds it.</summary>
    /// <exception cref="GgufFormatException">A merge or token type makes no sense.</exception>
    /// <exception cref="ModelNotSupportedException">The kind of tokenizer or its pre-tokenizer is not known.</exception>
    public Tokenizer Build() => metadata.Model switch
    {
        "gpt2" => ByteLevel(),
        "llama" => ScoredPieces(),
        "bert" => WordPieces(),
        _ => throw Unsupported("model", metadata.Model, "gpt2, llama and bert are supported"),
    };

    private ByteLevelTokenizer ByteLevel()
    {
        PreTokenizerRules rules = metadata.Pre is null
            ? throw new GgufFormatException(path, Prefix + "pre", "is missing; the name of a pre-tokenizer was expected.", "Convert the model again with a recent converter.")
            : PreTokenizerRules.Find(metadata.Pre)
                ?? throw Unsupported("pre", metadata.Pre, "gpt-2, smollm, llama-bpe, qwen2 and their relatives are supported");

        TokenKind[] kinds = Kinds();
        var bytes = new Utf8StringsBuilder();
        var ordinary = new bool[kinds.Length];
        byte[] decoded = new byte[256];
        for (int id = 0; id < kinds.Length; id++)
        {
            ReadOnlySpan<byte> text = metadata.Tokens[id];
            decoded = decoded.Length < text.Length ? new byte[text.Length] : decoded;
            int count = 0;
            ordinary[id] = kinds[id] == TokenKind.Normal && ByteAlphabet.TryDecode(text, decoded, out count);
            bytes.Add(ordinary[id] ? decoded.AsSpan(0, count) : text);
        }

        var tokens = new TokenTable(bytes.Build(), kinds);
        var index = new ByteStringIndex(tokens.Bytes, id => ordinary[id]);
        return new ByteLevelTokenizer(
            Traits(tokens, $"gpt2/{metadata.Pre}", rules.AddBos), rules, index, Merges(index));
    }

    private MergeTable Merges(ByteStringIndex index)
    {
        Utf8Strings merges = metadata.Merges
            ?? throw new GgufFormatException(path, Prefix + "merges", "is missing; byte-level BPE needs merges.");
        var table = new MergeTable(merges.Count);
        byte[] pair = new byte[256];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            // The left part may itself begin with a blank.
            ReadOnlySpan<byte> merge = merges[rank];
            int blank = merge.Length < 2 ? -1 : merge[1..].IndexOf((byte)' ') + 1;
            pair = pair.Length < merge.Length ? new byte[merge.Length] : pair;
            if (blank <= 0
                || !ByteAlphabet.TryDecode(merge[..blank], pair, out int left)
                || !ByteAlphabet.TryDecode(merge[(blank + 1)..], pair.AsSpan(left), out int right)
                || index.Find(pair.AsSpan(0, left)) is not (>= 0 and int leftId)
                || index.Find(pair.AsSpan(left, right)) is not (>= 0 and int rightId)
                || index.Find(pair.AsSpan(0, left + right)) is not (>= 0 and int result))
            {
                throw new GgufFormatException(path, Prefix + "merges",
                    $"entry {rank} is '{merges.Text(rank)}'; two tokens that make a third were expected, a blank between them.");
            }

            table.Add(leftId, rightId, rank, result);
        }

        return table;
    }

    private SentencePieceTokenizer ScoredPieces()
    {
        TokenKind[] kinds = Kinds();
        float[] scores = metadata.Scores
            ?? throw new GgufFormatException(path, Prefix + "scores", "is missing; one score a token was expected.");
        int bad = Array.FindIndex(scores, float.IsNaN);
        if (bad >= 0)
        {
            throw new GgufFormatException(path, Prefix + "scores", $"entry {bad} is not a number.");
        }

        var pieces = new ScoredVocabulary(metadata.Tokens, kinds, scores);
        return new SentencePieceTokenizer(
            Traits(pieces.Tokens, "llama", addBos: true), pieces, metadata.AddSpacePrefix ?? true, metadata.UnknownToken);
    }

    private WordPieceTokenizer WordPieces()
    {
        TokenKind[] kinds = Kinds();
        var tokens = new TokenTable(BlankMarks.ToText(metadata.Tokens, kinds), kinds);
        TokenizerTraits traits = Traits(tokens, "bert", addBos: true) with
        {
            Bos = metadata.ClassToken ?? metadata.BosToken,
            Eos = metadata.SeparatorToken ?? metadata.EosToken,
            AddEos = true,
        };
        return new WordPieceTokenizer(traits, metadata.Tokens, metadata.Lowercase ?? true, metadata.UnknownToken
            ?? throw new GgufFormatException(path, Prefix + "unknown_token_id", "is missing; WordPiece needs it."));
    }

    private TokenizerTraits Traits(TokenTable tokens, string name, bool addBos) => new()
    {
        Name = name,
        Tokens = tokens,
        Bos = metadata.BosToken,
        Eos = metadata.EosToken,
        AddBos = metadata.AddBos ?? addBos,
        AddEos = metadata.AddEos ?? false,
        OtherEnds = [metadata.EotToken, metadata.EomToken],
    };

    private TokenKind[] Kinds()
    {
        var kinds = new TokenKind[metadata.Tokens.Count];
        for (int id = 0; id < kinds.Length; id++)
        {
            // A file without types: what looks like a mark of the format is taken for one.
            int kind = metadata.Types?[id] ?? (int)(LooksLikeMark(metadata.Tokens[id]) ? TokenKind.Control : TokenKind.Normal);
            kinds[id] = kind is >= (int)TokenKind.Normal and <= (int)TokenKind.Byte
                ? (TokenKind)kind
                : throw new GgufFormatException(path, Prefix + "token_type", $"entry {id} is {kind}; 1 to 6 were expected.");
        }

        return kinds;
    }

    private static bool LooksLikeMark(ReadOnlySpan<byte> text) =>
        (text.Length > 4 && text.StartsWith("<|"u8) && text.EndsWith("|>"u8)) || EndTokenFinder.IsEndName(text);

    private ModelNotSupportedException Unsupported(string key, string found, string supported) =>
        new(path, Prefix + key, $"is '{(found.Length > 60 ? found[..60] + "…" : found)}'; {supported}.");
}
