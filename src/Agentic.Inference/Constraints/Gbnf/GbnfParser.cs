using System.Text;

namespace Agentic.Inference.Constraints.Gbnf;

/// <summary>Reads rules by recursive descent.</summary>
internal sealed class GbnfParser
{
    private const int MaxDepth = 200;
    private readonly SourceReader _reader;
    private readonly GbnfTerminals _terminals;
    private readonly Dictionary<string, GrammarNode> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    private int _depth;

    public GbnfParser(string text)
    {
        _reader = new SourceReader(text.StartsWith('\ufeff') ? text[1..] : text);
        _terminals = new GbnfTerminals(_reader);
    }

    public Grammar Parse()
    {
        for (SkipSpace(lines: true); _reader.Peek() != SourceReader.End; SkipSpace(lines: true))
        {
            Rule();
        }

        foreach ((string name, int at) in _references)
        {
            if (!_rules.ContainsKey(name))
            {
                throw _reader.Error($"The rule '{Shown(name)}' is not defined", "Define it or correct the name.", at);
            }
        }

        return _rules.ContainsKey("root") ? new Grammar("root", _rules) : throw new GrammarException("The grammar has no rule 'root', with which a text begins.", "Name the first rule root.");
    }

    private void Rule()
    {
        int at = _reader.Position;
        string name = Name();
        if (name.Length == 0)
        {
            throw _reader.Error($"A rule begins with its name, not with {SourceReader.Show(_reader.Peek())}", "Write name ::= …; what goes on over lines stands in parentheses.");
        }

        SkipSpace(lines: false);
        if (!_reader.TryRead("::="))
        {
            throw _reader.Error($"After the name of the rule '{Shown(name)}' comes ::=, not {SourceReader.Show(_reader.Peek())}", "What goes on over lines stands in parentheses.");
        }

        SkipSpace(lines: true);
        GrammarNode node = Alternatives(nested: false);
        if (!_rules.TryAdd(name, node))
        {
            throw _reader.Error($"The rule '{Shown(name)}' is defined twice", "Join the definitions with |.", at);
        }

        if (_reader.Peek() is not ('\n' or SourceReader.End) && !IsLineStart(_reader.Position))
        {
            throw _reader.Error($"{SourceReader.Show(_reader.Peek())} cannot stand here", "A rule is made of \"literals\", [classes], names, groups and | * + ? {m,n}.");
        }
    }

    private GrammarNode Alternatives(bool nested)
    {
        var options = new List<GrammarNode> { Sequence(nested) };
        while (NextOption(nested))
        {
            SkipSpace(lines: true);
            options.Add(Sequence(nested));
        }

        return GrammarNode.AnyOf(options);
    }

    /// <summary>Goes behind a bar, which may stand on the next line.</summary>
    private bool NextOption(bool nested)
    {
        int at = _reader.Position;
        SkipSpace(lines: true);
        if (_reader.TryRead("|"))
        {
            return true;
        }

        if (!nested)
        {
            _reader.Seek(at);
        }

        return false;
    }

    private GrammarNode Sequence(bool nested)
    {
        var parts = new List<GrammarNode>();
        while (Element() is { } element)
        {
            SkipSpace(nested);
            while (Quantifier() is var (min, max))
            {
                element = GrammarNode.Repeat(element, min, max);
                CheckDepth(element);
                SkipSpace(nested);
            }

            parts.Add(element);
        }

        return GrammarNode.Sequence(parts);
    }

    /// <summary>One element without its quantifier; null where a sequence ends.</summary>
    private GrammarNode? Element()
    {
        int at = _reader.Position;
        switch (_reader.Peek())
        {
            case '"':
                return _terminals.Literal();
            case '[':
                return GrammarNode.CodePoint(_terminals.Class());
            case '.':
                _reader.Read();
                return _terminals.Any;
            case '(':
                return Group(at);
            case '*' or '+' or '?' or '{':
                throw _reader.Error($"The quantifier {SourceReader.Show(_reader.Peek())} has nothing to repeat", "Put it behind a literal, a class, a name or a group.");
            case '<' or '!':
                throw _reader.Error("References to tokens are not supported", "Write the text of the token in quotes.");
            default:
                string name = Name();
                return name.Length == 0 || !IsReference(name, at) ? null : GrammarNode.Rule(name);
        }
    }

    /// <summary>False for the name of the next rule, which is left unread.</summary>
    private bool IsReference(string name, int at)
    {
        int behind = _reader.Position;
        SkipSpace(lines: false);
        if (_reader.TryRead("::="))
        {
            _reader.Seek(at);
            return at > 0 && _depth == 0 && IsLineStart(at) ? false : throw _reader.Error($"The rule '{Shown(name)}' begins inside another one", "Begin it on a new line, and close what is open with ')'.", at);
        }

        _reader.Seek(behind);
        _references.TryAdd(name, at);
        return true;
    }

    private bool IsLineStart(int at)
    {
        int before = at;
        do
        {
            _reader.Seek(--before);
        }
        while (before > 0 && _reader.Peek() is ' ' or '\t');
        bool start = _reader.Peek() is '\n' or '\r';
        _reader.Seek(at);
        return start;
    }

    private GrammarNode Group(int at)
    {
        if (++_depth > MaxDepth)
        {
            throw _reader.Error($"Groups are nested more than {MaxDepth} deep", "Give inner parts rules of their own.", at);
        }

        _reader.Read();
        SkipSpace(lines: true);
        GrammarNode inner = Alternatives(nested: true);
        if (!_reader.TryRead(")"))
        {
            throw _reader.Peek() == SourceReader.End
                ? _reader.Error("The group is not closed", "Add ')'.", at)
                : _reader.Error($"{SourceReader.Show(_reader.Peek())} cannot stand in a group", "Groups end with ')'.");
        }

        _depth--;
        return inner;
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

    private (int Min, int? Max) Counted(int at)
    {
        _reader.Read();
        int? min = Number();
        bool comma = _reader.TryRead(",");
        int? max = comma ? Number() : min;
        if (min is null || !_reader.TryRead("}"))
        {
            throw _reader.Error("A quantifier in braces is {m}, {m,} or {m,n}", null, at);
        }

        return max < min ? throw _reader.Error($"The quantifier {{{min},{max}}} has its numbers the wrong way round", null, at)
            : (max ?? min) > GbnfGrammar.MaxRepeat ? throw _reader.Error($"{max ?? min} repeats are more than {GbnfGrammar.MaxRepeat}", "Leave the upper number out for any number of them.", at)
            : (min.Value, max);
    }

    private int? Number()
    {
        SkipSpace(lines: false);
        int? number = _reader.Number();
        SkipSpace(lines: false);
        return number;
    }

    // A hundred thousand quantifiers in a row nest as deeply.
    private void CheckDepth(GrammarNode node)
    {
        if (node.Depth > Grammar.MaxDepth)
        {
            throw _reader.Error($"Expressions are nested more than {Grammar.MaxDepth} deep", "Give inner parts rules of their own.");
        }
    }

    private string Name()
    {
        var name = new StringBuilder();
        while (_reader.Peek() is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '-' or '_')
        {
            name.Append((char)_reader.Read());
        }

        return name.ToString();
    }

    private void SkipSpace(bool lines)
    {
        while (true)
        {
            int next = _reader.Peek();
            if (next == '#')
            {
                while (_reader.Peek() is not ('\n' or '\r' or SourceReader.End))
                {
                    _reader.Read();
                }
            }
            else if (next is ' ' or '\t' || (next == '\r' && (lines || _reader.Peek(1) == '\n')) || (next == '\n' && lines))
            {
                _reader.Read();
            }
            else
            {
                return;
            }
        }
    }

    private static string Shown(string name) => name.Length <= 60 ? name : name[..59] + "…";
}
