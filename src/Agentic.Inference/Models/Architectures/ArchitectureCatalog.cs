using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Every architecture that can be run, by the name that files give it.</summary>
internal static class ArchitectureCatalog
{
    private const string Key = "general.architecture";

    private static readonly ArchitectureTraits[] All =
    [
        Llama.Traits, Qwen2.Traits, Qwen3.Traits, Gemma2.Traits, Gemma3.Traits, Phi2.Traits, Phi3.Traits, Gpt2.Traits, StarCoder2.Traits,
        StableLm.Traits, Olmo2.Traits, Granite.Traits, SmolLm3.Traits, Qwen2Moe.Traits, Qwen3Moe.Traits, DeepSeek2.Traits, GptOss.Traits,
    ];

    // Named apart so that the refusal says what is missing.
    private static readonly string[] StateSpace = ["mamba", "mamba2", "lfm2", "lfm2moe", "jamba", "falcon-h1", "rwkv6", "rwkv7", "granitehybrid", "nemotron_h", "qwen3next"];

    private static readonly Dictionary<string, ArchitectureTraits> ByName = All.ToDictionary(traits => traits.Name, StringComparer.Ordinal);

    /// <summary>Names of the supported architectures.</summary>
    public static IEnumerable<string> Names => All.Select(traits => traits.Name);

    /// <summary>An architecture that is supported.</summary>
    public static ArchitectureTraits Get(string name) => ByName[name];

    /// <summary>The architecture of a file.</summary>
    /// <exception cref="ModelNotSupportedException">It is not supported.</exception>
    public static ArchitectureTraits Read(GgufFile file)
    {
        string name = file.String(Key);
        if (ByName.TryGetValue(name, out ArchitectureTraits? traits))
        {
            return traits;
        }

        throw new ModelNotSupportedException(file.Path, Key, StateSpace.Contains(name)
            ? $"is '{name}', which keeps a recurrent state; only attention-based architectures are supported."
            : $"is '{FileText.Show(name)}', which is not supported; {string.Join(", ", Names.SkipLast(1))} and {Names.Last()} are.");
    }
}
