namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>What a <c>tokenizer.ggml.pre</c> name stands for.</summary>
/// <param name="Splitter">How text is cut into pieces.</param>
/// <param name="Nfc">Text is brought to normalisation form C first.</param>
/// <param name="WholePieces">A piece that is a token is taken without merging (<c>ignore_merges</c>).</param>
/// <param name="AddBos">Whether a sequence begins with BOS when the file does not say.</param>
internal sealed record PreTokenizerRules(PreTokenizer Splitter, bool Nfc = false, bool WholePieces = false, bool AddBos = false)
{
    private static readonly PreTokenizer s_gpt2 = new Gpt2PreTokenizer(digitsApart: false);
    private static readonly PreTokenizer s_digitsApart = new Gpt2PreTokenizer(digitsApart: true);
    private static readonly PreTokenizer s_llama3 = new Llama3PreTokenizer(digits: 3);
    private static readonly PreTokenizer s_qwen2 = new Llama3PreTokenizer(digits: 1);
    private static readonly PreTokenizer s_gpt4o = new Gpt4oPreTokenizer();
    private static readonly PreTokenizer s_deepSeek = new DeepSeekPreTokenizer();
    private static readonly PreTokenizer s_deepSeekV3 = new DeepSeekV3PreTokenizer();
    private static readonly PreTokenizer s_qwen35 = new Llama3PreTokenizer(digits: 1, marks: true);

    /// <summary>The rules of a name, or null when it is not known: guessing would change what the model reads.</summary>
    public static PreTokenizerRules? Find(string name) => name switch
    {
        "gpt-2" or "phi-2" or "mpt" or "olmo" or "jais" or "trillion" or "exaone4" or "gigachat" or "mellum" or "a.x-4.0"
            or "modern-bert" or "jina-es" or "jina-de" or "jina-v2-es" or "jina-v2-de" or "jina-v1-en" or "jina-v2-code"
            or "roberta-bpe" => new(s_gpt2),
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" or "mellum2"
            => new(s_digitsApart),
        "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "falcon-h1" or "pixtral" or "midm-2.0" or "lfm2"
            => new(s_llama3, WholePieces: true, AddBos: true),
        "dbrx" or "smaug-bpe" or "glm4" or "chatglm-bpe" => new(s_llama3),
        "qwen2" or "megrez" or "stablelm2" or "hunyuan" => new(s_qwen2, Nfc: true),
        // DeepSeek's tokenizer on Qwen's vocabulary does not normalise.
        "deepseek-r1-qwen" => new(s_qwen2),
        "qwen35" => new(s_qwen35, Nfc: true),
        "gpt-4o" => new(s_gpt4o),
        "llama4" => new(s_gpt4o, WholePieces: true, AddBos: true),
        "deepseek-llm" => new(s_deepSeek),
        "deepseek-v3" => new(s_deepSeekV3),
        _ => null,
    };
}
