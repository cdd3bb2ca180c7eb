using System.Globalization;
using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Parses expressions by recursive descent, one method a level of precedence, loosest first.</summary>
internal sealed class ExpressionParser(TokenStream tokens)
{
    /// <summary>An expression, or a tuple without parentheses.</summary>
    public Expression ParseTuple(bool withCondition = true)
    {
        var line = tokens.Line;
        var first = withCondition ? Parse() : ParseOr();
        if (!tokens.Current.IsOperator(","))
        {
            return first;
        }
        var items = new List<Expression> { first };
        while (tokens.TryOperator(","))
        {
            if (tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.PrintEnd || tokens.Current.IsOperator(")") || tokens.Current.IsOperator("="))
            {
                break;
            }
            items.Add(withCondition ? Parse() : ParseOr());
        }
        return new ListLiteral(items, isTuple: true, line);
    }

    public Expression Parse() => tokens.Nested(ParseConditional);

    private Expression ParseConditional()
    {
        var expression = ParseOr();
        while (tokens.Current.IsName("if"))
        {
            var line = tokens.Take().Line;
            var test = ParseOr();
            expression = new Conditional(test, expression, tokens.TryName("else") ? Parse() : null, line);
        }
        return expression;
    }

    public Expression ParseOr()
    {
        var left = ParseAnd();
        while (tokens.Current.IsName("or"))
        {
            var line = tokens.Take().Line;
            left = new Junction(left, ParseAnd(), isAnd: false, line);
        }
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (tokens.Current.IsName("and"))
        {
            var line = tokens.Take().Line;
            left = new Junction(left, ParseNot(), isAnd: true, line);
        }
        return left;
    }

    private Expression ParseNot()
    {
        if (!tokens.Current.IsName("not"))
        {
            return ParseComparison();
        }
        var line = tokens.Take().Line;
        return new Not(tokens.Nested(ParseNot), line);
    }

    private Expression ParseComparison()
    {
        var line = tokens.Line;
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (ComparisonSign() is { } sign)
        {
            rest.Add((sign, ParseSum()));
        }
        return rest.Count == 0 ? first : new Comparison(first, rest, line);
    }

    private string? ComparisonSign()
    {
        if (tokens.Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or ">" or "<=" or ">=" })
        {
            return tokens.Take().Text;
        }
        if (tokens.Current.IsName("not") && tokens.Peek().IsName("in"))
        {
            tokens.Take();
            tokens.Take();
            return "not in";
        }
        return tokens.TryName("in") ? "in" : null;
    }

    private Expression ParseSum() => LeftToRight(ParseConcat, "+", "-");

    private Expression ParseConcat() => LeftToRight(ParseProduct, "~");

    private Expression ParseProduct() => LeftToRight(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => LeftToRight(() => ParseUnary(), "**");

    private Expression LeftToRight(Func<Expression> operand, params ReadOnlySpan<string> signs)
    {
        var left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && signs.Contains(tokens.Current.Text))
        {
            var sign = tokens.Take();
            left = new Binary(sign.Text, left, operand(), sign.Line);
        }
        return left;
    }

    private Expression ParseUnary(bool withFilter = true)
    {
        var line = tokens.Line;
        var negative = tokens.TryOperator("-");
        var expression = negative || tokens.TryOperator("+")
            ? new Sign(tokens.Nested(() => ParseUnary(withFilter: false)), negative, line)
            : ParsePrimary();
        expression = ParsePostfix(expression);
        return withFilter ? ParseFilters(expression) : expression;
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Constant(true, token.Line),
                    "false" or "False" => new Constant(false, token.Line),
                    "none" or "None" => new Constant(null, token.Line),
                    _ => new Variable(token.Text, token.Line),
                };
            case TokenKind.String:
                var text = token.Text;
                while (tokens.Current.Kind == TokenKind.String)
                {
                    text += tokens.Take().Text;
                }
                return new Constant(MarkedText.Template(text), token.Line);
            case TokenKind.Integer:
                return new Constant(long.TryParse(token.Text, CultureInfo.InvariantCulture, out var number) ? number
                    : throw new TemplateFault($"the number {token.Text} has more than 64 bits", token.Line), token.Line);
            case TokenKind.Float:
                return new Constant(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TokenKind.Operator when token.Text == "(":
                return ParseParentheses(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new ListLiteral(ParseItems("]"), isTuple: false, token.Line);
            case TokenKind.Operator when token.Text == "{":
                return ParseMap(token.Line);
            default:
                throw new TemplateFault($"unexpected {token}, expected an expression", token.Line);
        }
    }

    private Expression ParseParentheses(int line)
    {
        if (tokens.TryOperator(")"))
        {
            return new ListLiteral([], isTuple: true, line);
        }
        var inner = tokens.Nested(() => ParseTuple());
        tokens.Expect(")");
        return inner;
    }

    private List<Expression> ParseItems(string close)
    {
        var items = new List<Expression>();
        while (!tokens.TryOperator(close))
        {
            items.Add(Parse());
            if (!tokens.TryOperator(",") && !tokens.Current.IsOperator(close))
            {
                throw tokens.Unexpected($"'{close}'");
            }
        }
        return items;
    }

    private MapLiteral ParseMap(int line)
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.TryOperator("}"))
        {
            var key = Parse();
            tokens.Expect(":");
            entries.Add((key, Parse()));
            if (!tokens.TryOperator(",") && !tokens.Current.IsOperator("}"))
            {
                throw tokens.Unexpected("'}'");
            }
        }
        return new(entries, line);
    }

    private Expression ParsePostfix(Expression expression)
    {
        while (true)
        {
            var line = tokens.Line;
            if (tokens.TryOperator("."))
            {
                expression = tokens.Current.Kind == TokenKind.Integer
                    ? new Item(expression, ParsePrimary(), line)
                    : new Member(expression, tokens.ExpectName(), line);
            }
            else if (tokens.TryOperator("["))
            {
                expression = ParseSubscript(expression, line);
            }
            else if (tokens.Current.IsOperator("("))
            {
                expression = new Call(expression, ParseArguments(), line);
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParseSubscript(Expression target, int line)
    {
        Expression? Part() => tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") ? null : Parse();
        var first = Part();
        if (!tokens.TryOperator(":"))
        {
            tokens.Expect("]");
            return new Item(target, first ?? throw tokens.Unexpected("an expression"), line);
        }
        var to = Part();
        var step = tokens.TryOperator(":") ? Part() : null;
        tokens.Expect("]");
        return new Slice(target, first, to, step, line);
    }

    public ArgumentList ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        tokens.Expect("(");
        while (!tokens.TryOperator(")"))
        {
            if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
            {
                throw new TemplateFault("unpacked arguments (* and **) are not supported", tokens.Line);
            }
            if (tokens.Current.Kind == TokenKind.Name && tokens.Peek().IsOperator("="))
            {
                var name = tokens.ExpectName();
                tokens.Take();
                named.Add((name, Parse()));
            }
            else
            {
                positional.Add(Parse());
            }
            if (!tokens.TryOperator(",") && !tokens.Current.IsOperator(")"))
            {
                throw tokens.Unexpected("')'");
            }
        }
        return new(positional, named);
    }

    private Expression ParseFilters(Expression expression)
    {
        while (true)
        {
            if (tokens.TryOperator("|"))
            {
                expression = ParseFilter(expression);
            }
            else if (tokens.TryName("is"))
            {
                expression = ParseTest(expression);
            }
            else if (tokens.Current.IsOperator("("))
            {
                expression = new Call(expression, ParseArguments(), tokens.Line);
            }
            else
            {
                return expression;
            }
        }
    }

    /// <summary>A filter, its bar already taken.</summary>
    public Filter ParseFilter(Expression? operand)
    {
        var line = tokens.Line;
        var name = ParseDottedName();
        return new(operand, name, tokens.Current.IsOperator("(") ? ParseArguments() : ArgumentList.None, line);
    }

    private Test ParseTest(Expression operand)
    {
        var line = tokens.Line;
        var negated = tokens.TryName("not");
        var name = ParseDottedName();
        var arguments = ArgumentList.None;
        if (tokens.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsTestArgument(tokens.Current))
        {
            arguments = new([ParsePostfix(tokens.Nested(ParsePrimary))], []);
        }
        return new(operand, name, arguments, negated, line);
    }

    private static bool StartsTestArgument(Token token) => token.Kind switch
    {
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => token.Text is "[" or "{",
        TokenKind.Name => token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"),
        _ => false,
    };

    private string ParseDottedName()
    {
        var name = tokens.ExpectName();
        while (tokens.TryOperator("."))
        {
            name += "." + tokens.ExpectName();
        }
        return name;
    }
}
