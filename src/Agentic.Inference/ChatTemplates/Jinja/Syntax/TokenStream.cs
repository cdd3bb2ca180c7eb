namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Tokens with a cursor, and the nesting that parsers must not exceed.</summary>
internal sealed class TokenStream(List<Token> tokens)
{
    private int _index;
    private int _depth;

    public Token Current => tokens[_index];

    public int Line => Current.Line;

    public Token Peek(int ahead = 1) => tokens[Math.Min(_index + ahead, tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        _index = Math.Min(_index + 1, tokens.Count - 1);
        return token;
    }

    public bool TryOperator(string text) => Try(Current.IsOperator(text));

    public bool TryName(string text) => Try(Current.IsName(text));

    public void Expect(string text)
    {
        if (!TryOperator(text) && !TryName(text))
        {
            throw Unexpected($"'{text}'");
        }
    }

    public string ExpectName() => Current.Kind == TokenKind.Name ? Take().Text : throw Unexpected("a name");

    public void ExpectEnd(TokenKind end)
    {
        if (Current.Kind != end)
        {
            throw Unexpected("the end of the tag");
        }
        Take();
    }

    public TemplateFault Unexpected(string expected) => new($"unexpected {Current}, expected {expected}", Line);

    /// <summary>Parses something one level deeper.</summary>
    public T Nested<T>(Func<T> parse)
    {
        if (++_depth > TemplateLimits.Nesting)
        {
            throw new TemplateFault($"it nests more than {TemplateLimits.Nesting} deep", Line);
        }
        var result = parse();
        _depth--;
        return result;
    }

    private bool Try(bool matches)
    {
        if (matches)
        {
            Take();
        }
        return matches;
    }
}
