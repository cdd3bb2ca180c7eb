using System.Text;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting;

/// <summary>
/// Rendered pieces as tokens. Special tokens are taken from template pieces only; the text between two of them is encoded as one, wherever it
/// comes from, so that the ids equal those of the whole text as long as no content looks like a special token.
/// </summary>
internal static class PromptEncoder
{
    public static List<int> Encode(Tokenizer tokenizer, IReadOnlyList<TemplatePiece> pieces)
    {
        var ids = new List<int>();
        var plain = new StringBuilder();
        foreach (TemplatePiece piece in pieces)
        {
            if (piece.IsContent)
            {
                plain.Append(piece.Text);
                continue;
            }

            ReadOnlySpan<char> rest = piece.Text;
            while (tokenizer.FindSpecial(rest, out int special, out int length) is var at && at >= 0)
            {
                plain.Append(rest[..at]);
                Flush(tokenizer, plain, ids);
                ids.Add(special);
                rest = rest[(at + length)..];
            }

            plain.Append(rest);
        }

        Flush(tokenizer, plain, ids);
        // The template writes BOS itself or leaves it to us; never both.
        if (tokenizer is { AddBos: true, BosToken: { } bos } && (ids.Count == 0 || ids[0] != bos))
        {
            ids.Insert(0, bos);
        }

        return ids;
    }

    private static void Flush(Tokenizer tokenizer, StringBuilder plain, List<int> ids)
    {
        if (plain.Length > 0)
        {
            tokenizer.Encode(plain.ToString(), ids);
            plain.Clear();
        }
    }
}
