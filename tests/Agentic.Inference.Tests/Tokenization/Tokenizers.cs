using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Tests.Tokenization;

/// <summary>The tokenizers under test, each read once.</summary>
internal static class Tokenizers
{
    private static readonly Lazy<Tokenizer> s_smolLm = new(() => Read(RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf")));
    private static readonly Lazy<Tokenizer> s_miniLm = new(() => Read(RepositoryFiles.Model("all-MiniLM-L6-v2.Q8_0.gguf")));

    /// <summary>Byte-level BPE with SmolLM's splitter.</summary>
    public static Tokenizer SmolLm => s_smolLm.Value;

    /// <summary>WordPiece, uncased.</summary>
    public static Tokenizer MiniLm => s_miniLm.Value;

    /// <summary>Reads a tokenizer from a file.</summary>
    public static Tokenizer Read(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        return Tokenizer.FromGguf(file);
    }

    /// <summary>Reads the tokenizer of a tiny model.</summary>
    public static Tokenizer Tiny(string name) => Read(RepositoryFiles.Golden("tiny", name + ".gguf"));
}
