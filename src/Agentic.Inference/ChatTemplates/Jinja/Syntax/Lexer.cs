namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Cuts a template into text and tags, with white space trimmed as transformers sets Jinja up: <c>trim_blocks</c>, <c>lstrip_blocks</c>, no final newline.</summary>
internal sealed class Lexer
{
    private readonly string source;
    private readonly List<Token> tokens = [];
    private int position;
    private int line = 1;
    private bool atLineStart = true;

    private Lexer(string source) => this.source = source;

    public static List<Token> Read(string template)
    {
        if (template.Length > TemplateLimits.SourceChars)
        {
            throw new TemplateFault($"it has more than {TemplateLimits.SourceChars} characters");
        }
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.Read();
        return lexer.tokens;
    }

    private void Read()
    {
        while (position < source.Length)
        {
            var tag = NextTag(position);
            AddText(source[position..tag], tag);
            if (tag == source.Length)
            {
                break;
            }
            var kind = source[tag + 1];
            MoveTo(tag + 2);
            if (position < source.Length && source[position] is '-' or '+')
            {
                MoveTo(position + 1);
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
        tokens.Add(new(TokenKind.End, "", line));
    }

    private int NextTag(int from)
    {
        for (var i = from; i + 1 < source.Length; i++)
        {
            if (source[i] == '{' && source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }
        return source.Length;
    }

    /// <summary>Adds the text before a tag, with its end trimmed as the tag asks.</summary>
    private void AddText(string text, int tag)
    {
        var sign = tag + 2 < source.Length ? source[tag + 2] : ' ';
        if (tag < source.Length && sign == '-')
        {
            text = text.TrimEnd();
        }
        else if (tag < source.Length && source[tag + 1] != '{' && sign != '+')
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || atLineStart) && string.IsNullOrWhiteSpace(text[lineStart..]))
            {
                text = text[..lineStart];
            }
        }
        if (text.Length > 0)
        {
            tokens.Add(new(TokenKind.Text, text, line));
        }
        MoveTo(tag);
    }

    private void ReadTag(bool isBlock)
    {
        tokens.Add(new(isBlock ? TokenKind.BlockBegin : TokenKind.PrintBegin, isBlock ? "{%" : "{{", line));
        var close = isBlock ? "%}" : "}}";
        var brackets = new Stack<char>();
        while (true)
        {
            while (position < source.Length && char.IsWhiteSpace(source[position]))
            {
                MoveTo(position + 1);
            }
            if (position >= source.Length)
            {
                throw new TemplateFault("a tag is not closed", line);
            }
            var signed = source[position] is '-' or '+' && At(position + 1, close);
            if (brackets.Count == 0 && (signed ? isBlock || source[position] == '-' : At(position, close)))
            {
                tokens.Add(new(isBlock ? TokenKind.BlockEnd : TokenKind.PrintEnd, close, line));
                Close(isBlock, close);
                return;
            }
            var scanner = new TokenScanner(source, position, line);
            var token = scanner.Next();
            if (token.Kind == TokenKind.Operator)
            {
                Balance(brackets, token);
            }
            tokens.Add(token);
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
        var sign = source[position];
        MoveTo(position + (sign is '-' or '+' && At(position + 1, close) ? 1 : 0) + close.Length);
        var end = position;
        if (sign == '-')
        {
            while (end < source.Length && char.IsWhiteSpace(source[end]))
            {
                end++;
            }
        }
        else if (eatsNewline && sign != '+' && end < source.Length && source[end] == '\n')
        {
            end++;
        }
        MoveTo(end);
    }

    private void SkipTo(string close)
    {
        var end = source.IndexOf(close, position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateFault("a comment is not closed", line);
        }
        MoveTo(end > position && source[end - 1] is '-' or '+' ? end - 1 : end);
        Close(eatsNewline: true, close);
    }

    /// <summary>Takes <c>{% raw %}…{% endraw %}</c> as text.</summary>
    private bool TryRaw()
    {
        var start = Word(position, "raw");
        if (start < 0)
        {
            return false;
        }
        MoveTo(start);
        Close(eatsNewline: true, "%}");
        for (var tag = source.IndexOf("{%", position, StringComparison.Ordinal); tag >= 0; tag = source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var inner = tag + 2 < source.Length && source[tag + 2] is '-' or '+' ? tag + 3 : tag + 2;
            var end = Word(inner, "endraw");
            if (end >= 0)
            {
                AddText(source[position..tag], tag);
                MoveTo(end);
                Close(eatsNewline: true, "%}");
                return true;
            }
        }
        throw new TemplateFault("a raw block is not closed", line);
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
        return At(i, "%}") || (i < source.Length && source[i] is '-' or '+' && At(i + 1, "%}")) ? i : -1;
    }

    private int SkipSpace(int from)
    {
        while (from < source.Length && char.IsWhiteSpace(source[from]))
        {
            from++;
        }
        return from;
    }

    private bool At(int index, string text) => string.CompareOrdinal(source, index, text, 0, text.Length) == 0;

    private void MoveTo(int target)
    {
        if (target > position)
        {
            line += source.AsSpan(position, target - position).Count('\n');
            atLineStart = source[target - 1] == '\n';
        }
        position = target;
    }
}
