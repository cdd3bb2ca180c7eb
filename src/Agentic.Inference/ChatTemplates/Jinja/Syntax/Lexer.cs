namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Cuts a template into text and tags, with white space trimmed as transformers sets Jinja up: <c>trim_blocks</c>, <c>lstrip_blocks</c>, no final newline.</summary>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private bool _atLineStart = true;

    private Lexer(string source) => _source = source;

    public static List<Token> Read(string template)
    {
        if (template.Length > TemplateLimits.SourceChars)
        {
            throw new TemplateFault($"it has more than {TemplateLimits.SourceChars} characters");
        }
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.Read();
        return lexer._tokens;
    }

    private void Read()
    {
        while (_position < _source.Length)
        {
            var tag = NextTag(_position);
            AddText(_source[_position..tag], tag);
            if (tag == _source.Length)
            {
                break;
            }
            var kind = _source[tag + 1];
            MoveTo(tag + 2);
            if (_position < _source.Length && _source[_position] is '-' or '+')
            {
                MoveTo(_position + 1);
            }
            switch (kind)
            {
                case '#':
                    SkipTo("#}");
                    break;
                case '%' when TryRaw():
                    break;
                default:
                    ReadTag(kind == '%');
                    break;
            }
        }
        _tokens.Add(new(TokenKind.End, "", _line));
    }

    private int NextTag(int from)
    {
        for (var i = from; i + 1 < _source.Length; i++)
        {
            if (_source[i] == '{' && _source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }
        return _source.Length;
    }

    /// <summary>Adds the text before a tag, with its end trimmed as the tag asks.</summary>
    private void AddText(string text, int tag)
    {
        var sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
        if (tag < _source.Length && sign == '-')
        {
            text = text.TrimEnd();
        }
        else if (tag < _source.Length && _source[tag + 1] != '{' && sign != '+')
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _atLineStart) && string.IsNullOrWhiteSpace(text[lineStart..]))
            {
                text = text[..lineStart];
            }
        }
        if (text.Length > 0)
        {
            _tokens.Add(new(TokenKind.Text, text, _line));
        }
        MoveTo(tag);
    }

    private void ReadTag(bool isBlock)
    {
        _tokens.Add(new(isBlock ? TokenKind.BlockBegin : TokenKind.PrintBegin, isBlock ? "{%" : "{{", _line));
        var close = isBlock ? "%}" : "}}";
        var brackets = new Stack<char>();
        while (true)
        {
            while (_position < _source.Length && char.IsWhiteSpace(_source[_position]))
            {
                MoveTo(_position + 1);
            }
            if (_position >= _source.Length)
            {
                throw new TemplateFault("a tag is not closed", _line);
            }
            var signed = _source[_position] is '-' or '+' && At(_position + 1, close);
            if (brackets.Count == 0 && (signed ? isBlock || _source[_position] == '-' : At(_position, close)))
            {
                _tokens.Add(new(isBlock ? TokenKind.BlockEnd : TokenKind.PrintEnd, close, _line));
                Close(isBlock, close);
                return;
            }
            var scanner = new TokenScanner(_source, _position, _line);
            var token = scanner.Next();
            if (token.Kind == TokenKind.Operator)
            {
                Balance(brackets, token);
            }
            _tokens.Add(token);
            MoveTo(scanner.Position);
        }
    }

    private static void Balance(Stack<char> brackets, Token token)
    {
        switch (token.Text)
        {
            case "(":
                brackets.Push(')');
                break;
            case "[":
                brackets.Push(']');
                break;
            case "{":
                brackets.Push('}');
                break;
            case ")" or "]" or "}":
                if (!brackets.TryPop(out var expected))
                {
                    throw new TemplateFault($"unexpected '{token.Text}'", token.Line);
                }
                if (expected != token.Text[0])
                {
                    throw new TemplateFault($"unexpected '{token.Text}', expected '{expected}'", token.Line);
                }
                break;
        }
    }

    /// <summary>Moves behind the end of a tag and over the white space that it eats.</summary>
    private void Close(bool eatsNewline, string close)
    {
        var sign = _source[_position];
        MoveTo(_position + (sign is '-' or '+' && At(_position + 1, close) ? 1 : 0) + close.Length);
        var end = _position;
        if (sign == '-')
        {
            while (end < _source.Length && char.IsWhiteSpace(_source[end]))
            {
                end++;
            }
        }
        else if (eatsNewline && sign != '+' && end < _source.Length && _source[end] == '\n')
        {
            end++;
        }
        MoveTo(end);
    }

    private void SkipTo(string close)
    {
        var end = _source.IndexOf(close, _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateFault("a comment is not closed", _line);
        }
        MoveTo(end > _position && _source[end - 1] is '-' or '+' ? end - 1 : end);
        Close(eatsNewline: true, close);
    }

    /// <summary>Takes <c>{% raw %}…{% endraw %}</c> as text.</summary>
    private bool TryRaw()
    {
        var start = Word(_position, "raw");
        if (start < 0)
        {
            return false;
        }
        MoveTo(start);
        Close(eatsNewline: true, "%}");
        for (var tag = _source.IndexOf("{%", _position, StringComparison.Ordinal); tag >= 0; tag = _source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var inner = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? tag + 3 : tag + 2;
            var end = Word(inner, "endraw");
            if (end >= 0)
            {
                AddText(_source[_position..tag], tag);
                MoveTo(end);
                Close(eatsNewline: true, "%}");
                return true;
            }
        }
        throw new TemplateFault("a raw block is not closed", _line);
    }

    /// <summary>Position of the end of a tag that consists of one word, or −1.</summary>
    private int Word(int from, string word)
    {
        var i = SkipSpace(from);
        if (!At(i, word))
        {
            return -1;
        }
        i = SkipSpace(i + word.Length);
        return At(i, "%}") || (i < _source.Length && _source[i] is '-' or '+' && At(i + 1, "%}")) ? i : -1;
    }

    private int SkipSpace(int from)
    {
        while (from < _source.Length && char.IsWhiteSpace(_source[from]))
        {
            from++;
        }
        return from;
    }

    private bool At(int index, string text) => string.CompareOrdinal(_source, index, text, 0, text.Length) == 0;

    private void MoveTo(int target)
    {
        if (target > _position)
        {
            _line += _source.AsSpan(_position, target - _position).Count('\n');
            _atLineStart = _source[target - 1] == '\n';
        }
        _position = target;
    }
}
