namespace Agentic.Benchmarks.RandomModels;

/// <summary>In what a random model differs from the llama model that it is like.</summary>
/// <param name="Width">Embedding width; null = the same.</param>
/// <param name="Architecture">Its name in the file: <c>llama</c>, <c>qwen2</c> (biases), <c>qwen3</c> or <c>qwen3moe</c> (norms of heads); null = the same.</param>
/// <param name="Experts">Experts instead of the feed-forward networks; null = none.</param>
internal sealed record RandomShape(int? Width = null, string? Architecture = null, ExpertShape? Experts = null)
{
    /// <summary>Architectures whose tensors are known.</summary>
    public static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "qwen3moe"];

    /// <summary>What becomes of a tensor of the llama model: its name and sizes, contiguous dimension first, and what comes beside it.</summary>
    public IEnumerable<(string Name, long[] Sizes)> Tensors(string name, long[] sizes, long headSize)
    {
        string part = name.Split('.') is ["blk", _, var middle, "weight"] ? middle : "";
        string prefix = name[..^Math.Min(name.Length, part.Length + ".weight".Length)];
        if (Experts is not null && part is "ffn_gate" or "ffn_up" or "ffn_down")
        {
            if (part == "ffn_gate") yield return (prefix + "ffn_gate_inp.weight", [sizes[0], Experts!.Count]);
            yield return (prefix + part + "_exps.weight", part == "ffn_down" ? [Experts!.Width, sizes[1], Experts.Count] : [sizes[0], Experts!.Width, Experts.Count]);
            yield break;
        }

        yield return (name, sizes);
        if (Architecture == "qwen2" && part is "attn_q" or "attn_k" or "attn_v") yield return (prefix + part + ".bias", [sizes[1]]);
        if (Architecture is "qwen3" or "qwen3moe" && part is "attn_q" or "attn_k") yield return (prefix + part + "_norm.weight", [headSize]);
    }
}

/// <summary>Experts of each layer.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Used">How many a token goes through.</param>
/// <param name="Width">Hidden width of one.</param>
internal sealed record ExpertShape(int Count, int Used, int Width);
