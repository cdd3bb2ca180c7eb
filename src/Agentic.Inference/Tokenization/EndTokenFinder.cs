using System.Collections.Frozen;
using System.Text;

namespace Agentic.Inference.Tokenization;

/// <summary>Finds the tokens after which a model has said what it had to say.</summary>
/// <remarks>Files name one or two of them; the others are known by their text, as llama.cpp knows them.</remarks>
internal static class EndTokenFinder
{
    private static readonly FrozenSet<string> s_names = FrozenSet.ToFrozenSet(
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<|endoftext|>",
        "<|end_of_text|>", "<|eom_id|>", "<end_of_turn>", "<turn|>", "<end_of_utterance>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]",
        "</s>", "<eos>", "<｜end▁of▁sentence｜>",
    ]);

    private static readonly int s_longestName = s_names.Max(Encoding.UTF8.GetByteCount);

    /// <summary>True for a text that only ever ends a turn or a document.</summary>
    public static bool IsEndName(ReadOnlySpan<byte> text) =>
        text.Length <= s_longestName && text.Length > 2 && s_names.Contains(Encoding.UTF8.GetString(text));

    /// <summary>The set of ends: those the file names (<paramref name="named"/>) and the special tokens with a known text.</summary>
    public static FrozenSet<int> Find(TokenTable tokens, IEnumerable<int?> named)
    {
        HashSet<int> ends = [.. named.OfType<int>()];
        int end = -1;
        bool returns = false, calls = false;
        foreach (int id in tokens.Specials)
        {
            ReadOnlySpan<byte> text = tokens.Bytes[id];
            if (IsEndName(text))
            {
                ends.Add(id);
                end = text.SequenceEqual("<|end|>"u8) ? id : end;
                returns |= text.SequenceEqual("<|return|>"u8);
                calls |= text.SequenceEqual("<|call|>"u8);
            }
        }

        // In the harmony format <|end|> closes a message of several.
        if (returns && calls)
        {
            ends.Remove(end);
        }

        return ends.ToFrozenSet();
    }
}
