using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting;

/// <summary>A rendered prompt as tokens, BOS included where the model wants it.</summary>
internal static class PromptEncoder
{
    public static List<int> Encode(Tokenizer tokenizer, IReadOnlyList<TextPart> parts)
    {
        var ids = new List<int>();
        tokenizer.Encode(parts, ids);
        // The template writes BOS itself or leaves it to us; never both.
        if (tokenizer is { AddBos: true, BosToken: { } bos } && (ids.Count == 0 || ids[0] != bos))
        {
            ids.Insert(0, bos);
        }

        return ids;
    }
}
