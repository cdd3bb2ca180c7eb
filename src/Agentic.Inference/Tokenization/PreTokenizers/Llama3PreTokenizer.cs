using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>
/// The pieces of Llama 3 and Qwen 2:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// with n = <paramref name="digits"/>; with <paramref name="marks"/> a combining mark counts as a letter (Qwen 3.5).
/// </summary>
internal sealed class Llama3PreTokenizer(int digits, bool marks = false) : PreTokenizer
{
    private readonly CodePointClass _letter = marks ? CodePointClass.Letter | CodePointClass.Mark : CodePointClass.Letter;

    public override int PieceLength(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'')
        {
            int contraction = Contraction(text, ignoreCase: true);
            if (contraction > 0)
            {
                return contraction;
            }
        }

        CodePointClass kind = CodePoints.ClassAt(text, 0, out int length);
        if ((kind & _letter) != 0)
        {
            return EndOfLetters(text, length);
        }

        if ((kind & CodePointClass.Number) != 0)
        {
            return EndOfNumber(text, length, digits);
        }

        if ((kind & CodePointClass.NewLine) == 0 && length < text.Length
            && (CodePoints.ClassAt(text, length, out int nextLength) & _letter) != 0)
        {
            return EndOfLetters(text, length + nextLength);
        }

        int start = text[0] == ' ' ? 1 : 0;
        int end = EndOfSymbols(text, start);
        if (end == start)
        {
            return EndOfSpace(text);
        }

        while (end < text.Length && text[end] is '\r' or '\n')
        {
            end++;
        }

        return end;
    }

    private int EndOfLetters(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (CodePoints.ClassAt(text, at, out int length) & _letter) != 0)
        {
            at += length;
        }

        return at;
    }

    private int EndOfSymbols(ReadOnlySpan<char> text, int at)
    {
        CodePointClass others = _letter | CodePointClass.Number | CodePointClass.Space;
        while (at < text.Length && (CodePoints.ClassAt(text, at, out int length) & others) == 0)
        {
            at += length;
        }

        return at;
    }
}
