using System.Text;

namespace Agentic.Inference.Tokenization;

public abstract partial class Tokenizer
{
    /// <summary>
    /// Appends the tokens of a prompt made of trusted and untrusted parts, without BOS or EOS. The result is that of the
    /// joined text, tokens across the seams included, but special tokens are recognised only inside trusted parts.
    /// </summary>
    /// <param name="parts">The parts in order.</param>
    /// <param name="ids">Appended to.</param>
    public void Encode(IEnumerable<TextPart> parts, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(ids);
        var plain = new StringBuilder();
        foreach (TextPart part in parts)
        {
            ReadOnlySpan<char> text = part.Text;
            while (part.Trusted && _trusted.Find(text, out int id, out int length) is >= 0 and int at)
            {
                plain.Append(text[..at]);
                Encode(plain.ToString().AsSpan(), ids);
                plain.Clear();
                ids.Add(id);
                text = text[(at + length)..];
            }

            plain.Append(text);
        }

        Encode(plain.ToString().AsSpan(), ids);
    }
}
