namespace Agentic.Inference.Gguf;

/// <summary>Reads the <c>tokenizer.*</c> keys and holds them against each other.</summary>
internal static class TokenizerMetadataReader
{
    private const string Prefix = "tokenizer.ggml.";
    private const string ModelKey = Prefix + "model";
    private const string TokensKey = Prefix + "tokens";
    private const string TypesKey = Prefix + "token_type";
    private const string ScoresKey = Prefix + "scores";
    private const string MergesKey = Prefix + "merges";

    public static TokenizerMetadata Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var model = file.String(ModelKey);
        if (model is not ("gpt2" or "llama" or "bert"))
        {
            throw new ModelNotSupportedException(file.Path, ModelKey, $"is '{FileText.Show(model)}'; the tokenizers gpt2, llama and bert are supported.");
        }

        var tokens = file.TryStrings(TokensKey) ?? throw file.Missing(TokensKey);
        if (tokens.Count == 0)
        {
            throw new GgufFormatException(file.Path, TokensKey, "is empty; a vocabulary was expected.");
        }

        var types = file.TryInts(TypesKey);
        CheckLength(file, TypesKey, types?.Length, tokens.Count);
        var scores = file.TryFloats(ScoresKey);
        CheckLength(file, ScoresKey, scores?.Length, tokens.Count);
        var merges = file.TryStrings(MergesKey);
        if (model == "gpt2" && merges is null)
        {
            throw file.Missing(MergesKey);
        }

        if (model == "llama" && scores is null)
        {
            throw file.Missing(ScoresKey);
        }

        return new(model, file.TryString(Prefix + "pre"), tokens, types, scores, merges, file.TryString("tokenizer.chat_template"))
        {
            BosToken = Id(file, "bos_token_id", tokens.Count),
            EosToken = Id(file, "eos_token_id", tokens.Count),
            EotToken = Id(file, "eot_token_id", tokens.Count),
            EomToken = Id(file, "eom_token_id", tokens.Count),
            UnknownToken = Id(file, "unknown_token_id", tokens.Count),
            PaddingToken = Id(file, "padding_token_id", tokens.Count),
            // Writers spell it both ways; the first is the one in use.
            SeparatorToken = Id(file, "seperator_token_id", tokens.Count) ?? Id(file, "separator_token_id", tokens.Count),
            ClassToken = Id(file, "cls_token_id", tokens.Count),
            MaskToken = Id(file, "mask_token_id", tokens.Count),
            AddBos = file.TryBool(Prefix + "add_bos_token"),
            AddEos = file.TryBool(Prefix + "add_eos_token"),
            AddSpacePrefix = file.TryBool(Prefix + "add_space_prefix"),
            RemoveExtraWhitespace = file.TryBool(Prefix + "remove_extra_whitespaces"),
            Lowercase = file.TryBool(Prefix + "normalizer.lowercase"),
        };
    }

    private static void CheckLength(GgufFile file, string key, int? length, int expected)
    {
        if (length is { } actual && actual != expected)
        {
            throw new GgufFormatException(file.Path, key, $"has {actual} entries; {expected} were expected, one a token.");
        }
    }

    /// <summary>A token id; null when absent or −1 (also as 2³²−1), by which some writers say "none".</summary>
    private static int? Id(GgufFile file, string name, int count)
    {
        var key = Prefix + name;
        return file.TryInteger(key) switch
        {
            null or -1 or uint.MaxValue => null,
            >= 0 and var id when id < count => (int)id,
            var id => throw new GgufFormatException(file.Path, key, $"is {id}; an id of the {count} tokens was expected."),
        };
    }
}
