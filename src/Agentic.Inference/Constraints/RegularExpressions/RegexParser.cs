namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>Reads a pattern by recursive descent: alternation, concatenation, quantifiers, groups.</summary>
internal sealed class RegexParser
{
    private const int MaxDepth = 200;
    private readonly SourceReader _reader;
    private readonly RegexEscapes _escapes;
    private readonly RegexClassParser _classes;
    private int _depth;

    private RegexParser(SourceReader reader)
    {
        _reader = reader;
        _escapes = new RegexEscapes(reader);
        _classes = new RegexClassParser(reader, _escapes);
    }

    /// <exception cref="GrammarException">The pattern is wrong, not supported or too long.</exception>
    public static RegexNode Parse(string pattern)
    {
        if (pattern.Length > RegularExpression.MaxLength)
        {
            throw new GrammarException($"The pattern has {pattern.Length} characters; {RegularExpression.MaxLength} are the most.", "Use a grammar with rules.");
        }

        var reader = new SourceReader(pattern);
        RegexNode node = new RegexParser(reader).Alternation();
        return reader.Peek() == SourceReader.End ? node : throw reader.Error("A ')' closes no group", "Write \\) for the character.");
    }

    private RegexNode Alternation()
    {
        var options = new List<RegexNode> { Concatenation() };
        while (_reader.TryRead("|"))
        {
            options.Add(Concatenation());
        }

        return options.Count == 1 ? options[0] : new AlternationNode(options);
    }

    private ConcatenationNode Concatenation()
    {
        var parts = new List<RegexNode>();
        while (_reader.Peek() is not (SourceReader.End or '|' or ')'))
        {
            // A group of plain parts is its parts: so an anchor at its end stands at the end of what is around it.
            RegexNode part = Quantified();
            parts.AddRange(part is ConcatenationNode group ? group.Parts : [part]);
        }

        return new ConcatenationNode(parts);
    }

    private RegexNode Quantified()
    {
        RegexNode atom = Atom();
        int at = _reader.Position;
        if (Quantifier() is not var (min, max))
        {
            return atom;
        }

        if (atom is AnchorNode)
        {
            throw _reader.Error("A quantifier cannot follow ^ or $", null, at);
        }

        _reader.TryRead("?"); // lazy: the same texts
        if (_reader.Peek() == '+')
        {
            throw _reader.Error("Possessive quantifiers are not supported", "Leave the second mark out.");
        }

        return new QuantifiedNode(atom, min, max, (problem, hint) => _reader.Error(problem, hint, at));
    }

    private (int Min, int? Max)? Quantifier()
    {
        int at = _reader.Position;
        switch (_reader.Peek())
        {
            case '*':
                _reader.Read();
                return (0, null);
            case '+':
                _reader.Read();
                return (1, null);
            case '?':
                _reader.Read();
                return (0, 1);
            case '{':
                return Counted(at);
            default:
                return null;
        }
    }

    /// <summary>A quantifier in braces; null, and nothing read, when the brace stands for itself.</summary>
    private (int Min, int? Max)? Counted(int at)
    {
        _reader.Read();
        int? min = _reader.Number();
        bool comma = _reader.TryRead(",");
        int? max = comma ? _reader.Number() : min;
        if (!_reader.TryRead("}") || (min is null && max is null))
        {
            _reader.Seek(at);
            return null;
        }

        return min is null ? throw _reader.Error("A quantifier needs its least number", $"Write {{0,{max}}}.", at)
            : max < min ? throw _reader.Error($"The quantifier {{{min},{max}}} has its numbers the wrong way round", null, at)
            : (min.Value, max);
    }

    private RegexNode Atom()
    {
        int at = _reader.Position, next = _reader.Read();
        switch (next)
        {
            case '(':
                return Group(at);
            case '[':
                return new CharacterNode(_classes.Parse(at));
            case '\\':
                return new CharacterNode(_escapes.Outside(at));
            case '.':
                return new CharacterNode(CharacterSets.Dot);
            case '^' or '$':
                return new AnchorNode(next == '^', (problem, hint) => _reader.Error(problem, hint, at));
            case '*' or '+' or '?':
                throw _reader.Error($"The quantifier '{(char)next}' has nothing to repeat", $"Write \\{(char)next} for the character.", at);
            case '{':
                _reader.Seek(at);
                if (Quantifier() is not null)
                {
                    throw _reader.Error("A quantifier in braces has nothing to repeat", "Write \\{ for the character.", at);
                }

                _reader.Read();
                return new CharacterNode(CodePointSet.Of(next));
            default:
                return new CharacterNode(CodePointSet.Of(next));
        }
    }

    private RegexNode Group(int at)
    {
        if (++_depth > MaxDepth)
        {
            throw _reader.Error($"Groups are nested more than {MaxDepth} deep", null, at);
        }

        if (_reader.TryRead("?"))
        {
            GroupKinds.Read(_reader, at);
        }

        RegexNode inner = Alternation();
        if (!_reader.TryRead(")"))
        {
            throw _reader.Error("The group is not closed", "Write \\( for the character.", at);
        }

        _depth--;
        return inner;
    }
}
