using System.Text.Json;

namespace Agentic.Inference.Tests.Models;

/// <summary>What a tiny random model must compute (goldens/tiny, made with transformers in float32).</summary>
internal sealed record TinyGolden(float FloatTolerance, float RoundedTolerance, IReadOnlyList<TinyPrompt> Prompts)
{
    /// <summary>Every tiny model of a supported architecture.</summary>
    public static readonly string[] Names =
    [
        "llama", "llama-linear", "llama-rope31", "llama-yarn", "llama-q4_0", "llama-q4_k_m", "llama-q5_1", "llama-q8_0", "mistral",
        "qwen2", "qwen2-q3_k_m", "qwen2-q4_1", "qwen2-q5_0", "qwen2-q8_0",
        "qwen3", "gemma2", "gemma3", "phi2", "phi3", "gpt2", "starcoder2", "stablelm",
        "mixtral", "qwen2moe", "qwen3moe", "deepseek2", "deepseek2-v3", "gpt-oss",
    ];

    public static string File(string name) => RepositoryFiles.Golden("tiny", name + ".gguf");

    public static TinyGolden Read(string name)
    {
        using JsonDocument json = JsonDocument.Parse(System.IO.File.ReadAllBytes(RepositoryFiles.Golden("tiny", name + ".json")));
        JsonElement root = json.RootElement;
        JsonElement tolerance = root.GetProperty("tolerance");
        return new TinyGolden(
            tolerance.GetProperty("f32_activations").GetSingle(),
            tolerance.GetProperty("rounded_activations").GetSingle(),
            [.. root.GetProperty("prompts").EnumerateArray().Select(Prompt)]);
    }

    private static TinyPrompt Prompt(JsonElement prompt) => new(
        Array<int>(prompt.GetProperty("ids")),
        [.. prompt.GetProperty("logits").EnumerateArray().Select(row => (row.GetProperty("position").GetInt32(), Array<float>(row.GetProperty("values"))))],
        Array<int>(prompt.GetProperty("greedy")));

    private static T[] Array<T>(JsonElement values) => values.Deserialize<T[]>()!;
}

/// <summary>A prompt, the logits at some of its positions, and its greedy continuation.</summary>
internal sealed record TinyPrompt(int[] Ids, IReadOnlyList<(int Position, float[] Values)> Logits, int[] Greedy)
{
    /// <summary>
    /// The window to open the model with; null = its own. phi3 takes its short factors in windows up to the original context; the reference
    /// took them for prompts that stay below it together with their continuations.
    /// </summary>
    public int? Window(string model) => model == "phi3" && Ids.Length + Greedy.Length <= 64 ? 64 : null;
}
