using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>
/// GPT-2's pieces: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>,
/// after a first pass that sets every <c>\p{N}</c> apart when <paramref name="digitsApart"/> (SmolLM, StarCoder).
/// </summary>
internal sealed class Gpt2PreTokenizer(bool digitsApart) : PreTokenizer
{
    private const CodePointClass Kinds = CodePointClass.Letter | CodePointClass.Number | CodePointClass.Space;

    public override int PieceLength(ReadOnlySpan<char> text)
    {
        char c = text[0];
        if (c == '\'')
        {
            int contraction = Contraction(text, ignoreCase: false);
            if (contraction > 0)
            {
                return contraction;
            }
        }

        // One blank belongs to the word, number or symbols after it; a digit that stands apart ends the text before it.
        CodePointClass kind = CodePoints.ClassAt(text, 0, out int length) & Kinds;
        if (c == ' ' && text.Length > 1)
        {
            CodePointClass next = CodePoints.ClassAt(text, 1, out int nextLength) & Kinds;
            if (next != CodePointClass.Space && !(digitsApart && next == CodePointClass.Number))
            {
                (kind, length) = (next, 1 + nextLength);
            }
        }

        if (digitsApart && kind == CodePointClass.Number)
        {
            return length;
        }

        int at = length;
        CodePointClass end = kind;
        while (at < text.Length)
        {
            end = CodePoints.ClassAt(text, at, out length) & Kinds;
            if (end != kind)
            {
                break;
            }

            at += length;
        }

        if (kind != CodePointClass.Space || at == text.Length || (digitsApart && end == CodePointClass.Number))
        {
            return at;
        }

        // White space before a word leaves its last unit to it; all white space is in the basic plane.
        return Math.Max(at - 1, 1);
    }
}
