using System.Text;

namespace Agentic.Inference.Constraints.Gbnf;

/// <summary>Reads literals and character classes.</summary>
internal sealed class GbnfTerminals(SourceReader reader)
{
    /// <summary>One character of any kind.</summary>
    public GrammarNode Any { get; } = GrammarNode.CodePoint(CodePointSet.All);

    /// <summary>A text in quotes.</summary>
    public GrammarNode Literal()
    {
        int at = reader.Position;
        reader.Read();
        var text = new StringBuilder();
        while (!reader.TryRead("\""))
        {
            text.Append(new Rune(Character("The literal is not closed", at)));
        }

        return GrammarNode.Text(text.ToString());
    }

    /// <summary>A class in brackets.</summary>
    public CodePointSet Class()
    {
        int at = reader.Position;
        reader.Read();
        bool negated = reader.TryRead("^");
        var ranges = new List<(int, int)>();
        while (!reader.TryRead("]"))
        {
            int place = reader.Position, first = Character("The class is not closed", at), last = first;
            if (reader.Peek() == '-' && reader.Peek(1) != ']')
            {
                reader.Read();
                last = Character("The class is not closed", at);
            }

            ranges.Add(first <= last ? (first, last) : throw reader.Error($"The range from {SourceReader.Show(first)} to {SourceReader.Show(last)} is the wrong way round", null, place));
        }

        CodePointSet set = CodePointSet.Of(ranges);
        return negated ? set.Complement() : set;
    }

    /// <summary>One character, written plainly or as an escape.</summary>
    /// <param name="unclosed">What is wrong when there is none.</param>
    /// <param name="start">Where the terminal began.</param>
    private int Character(string unclosed, int start)
    {
        int at = reader.Position, next = reader.Read();
        if (next != '\\')
        {
            return next != SourceReader.End ? next : throw reader.Error(unclosed, "A literal ends with '\"', a class with ']'.", start);
        }

        next = reader.Read();
        int? value = next switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '"' or '[' or ']' => next,
            'x' => reader.Hexadecimal(2),
            'u' => reader.Hexadecimal(4),
            'U' => reader.Hexadecimal(8),
            _ => throw reader.Error($"The escape \\{(next == SourceReader.End ? "" : SourceReader.Show(next).Trim('\''))} is not known", "There are \\n \\r \\t \\\\ \\\" \\[ \\] \\xHH \\uHHHH and \\UHHHHHHHH.", at),
        };
        return value is { } codePoint && Rune.IsValid(codePoint)
            ? codePoint
            : throw reader.Error($"The escape \\{(char)next} needs {(next == 'x' ? 2 : next == 'u' ? 4 : 8)} hexadecimal digits that are a character", null, at);
    }
}
