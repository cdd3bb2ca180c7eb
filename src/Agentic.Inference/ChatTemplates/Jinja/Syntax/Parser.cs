using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Statements;

namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Parses a template into statements.</summary>
internal sealed class Parser
{
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;

    private Parser(TokenStream tokens)
    {
        this.tokens = tokens;
        expressions = new(tokens);
    }

    public static Statement Parse(string template) => new Parser(new TokenStream(Lexer.Read(template))).ParseBody("", 1);

    /// <summary>Statements up to a tag that begins with one of <paramref name="ends"/>; that tag's first word is taken.</summary>
    private Body ParseBody(string opener, int openedAt, params ReadOnlySpan<string> ends)
    {
        var statements = new List<Statement>();
        while (true)
        {
            var token = tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    statements.Add(new TextOutput(token.Text, token.Line));
                    break;
                case TokenKind.PrintBegin:
                    statements.Add(new Print(expressions.ParseTuple(), token.Line));
                    tokens.ExpectEnd(TokenKind.PrintEnd);
                    break;
                case TokenKind.BlockBegin:
                    if (tokens.Current.Kind == TokenKind.Name && ends.Contains(tokens.Current.Text))
                    {
                        return new(statements, openedAt);
                    }
                    statements.Add(tokens.Nested(ParseTag));
                    break;
                default:
                    return ends.IsEmpty ? new(statements, openedAt) : throw new TemplateFault($"the block '{opener}' is not closed", openedAt);
            }
        }
    }

    private Body ParseBodyOf(string tag, int line)
    {
        tokens.ExpectEnd(TokenKind.BlockEnd);
        var body = ParseBody(tag, line, $"end{tag}");
        tokens.Take();
        tokens.ExpectEnd(TokenKind.BlockEnd);
        return body;
    }

    private Statement ParseTag()
    {
        var line = tokens.Line;
        var tag = tokens.ExpectName();
        return tag switch
        {
            "if" => ParseIf(line),
            "for" => ParseFor(line),
            "set" => ParseSet(line),
            "macro" => ParseMacro(line),
            "call" => ParseCall(line),
            "filter" => new FilterBlock(ParseBlockFilters(first: true), ParseBodyOf(tag, line), line),
            "with" => ParseWith(line),
            "generation" => ParseBodyOf(tag, line),
            "break" => Simple(new Jump(Flow.Break, line)),
            "continue" => Simple(new Jump(Flow.Continue, line)),
            "do" => throw new TemplateFault("the tag 'do' is not supported", line),
            _ => throw new TemplateFault($"unknown tag '{tag}'", line),
        };
    }

    private Statement Simple(Statement statement)
    {
        tokens.ExpectEnd(TokenKind.BlockEnd);
        return statement;
    }

    private If ParseIf(int line)
    {
        var test = expressions.ParseTuple();
        tokens.ExpectEnd(TokenKind.BlockEnd);
        var yes = ParseBody("if", line, "elif", "else", "endif");
        Statement? no = null;
        var end = tokens.Take();
        if (end.Text == "elif")
        {
            return new(test, yes, tokens.Nested(() => ParseIf(end.Line)), line);
        }
        if (end.Text == "else")
        {
            tokens.ExpectEnd(TokenKind.BlockEnd);
            no = ParseBody("if", line, "endif");
            tokens.Take();
        }
        tokens.ExpectEnd(TokenKind.BlockEnd);
        return new(test, yes, no, line);
    }

    private For ParseFor(int line)
    {
        var target = ParseTargets(allowMember: false);
        tokens.Expect("in");
        var source = expressions.ParseTuple(withCondition: false);
        var test = tokens.TryName("if") ? expressions.Parse() : null;
        var recursive = tokens.TryName("recursive");
        tokens.ExpectEnd(TokenKind.BlockEnd);
        var body = ParseBody("for", line, "else", "endfor");
        Statement? otherwise = null;
        if (tokens.Take().Text == "else")
        {
            tokens.ExpectEnd(TokenKind.BlockEnd);
            otherwise = ParseBody("for", line, "endfor");
            tokens.Take();
        }
        tokens.ExpectEnd(TokenKind.BlockEnd);
        return new(target, source, test, recursive, body, otherwise, line);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTargets(allowMember: true);
        if (tokens.TryOperator("="))
        {
            return Simple(new Set(target, expressions.ParseTuple(), line));
        }
        return new SetBlock(target, ParseBlockFilters(first: false), ParseBodyOf("set", line), line);
    }

    private List<Filter> ParseBlockFilters(bool first)
    {
        var filters = new List<Filter>();
        while (first || tokens.TryOperator("|"))
        {
            filters.Add(expressions.ParseFilter(null));
            first = false;
        }
        return filters;
    }

    private AssignmentTarget ParseTargets(bool allowMember)
    {
        var targets = new List<AssignmentTarget>();
        var inParentheses = tokens.TryOperator("(");
        do
        {
            var name = tokens.ExpectName();
            targets.Add(allowMember && tokens.TryOperator(".") ? new MemberTarget(name, tokens.ExpectName()) : new VariableTarget(name));
        }
        while (tokens.TryOperator(",") && tokens.Current.Kind == TokenKind.Name);
        if (inParentheses)
        {
            tokens.Expect(")");
        }
        return targets.Count == 1 ? targets[0] : new TupleTarget(targets);
    }

    private Macro ParseMacro(int line)
    {
        var name = tokens.ExpectName();
        return new(name, ParseParameters(), ParseBodyOf("macro", line), line);
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        tokens.Expect("(");
        while (!tokens.TryOperator(")"))
        {
            var name = tokens.ExpectName();
            parameters.Add((name, tokens.TryOperator("=") ? expressions.Parse() : null));
            if (!tokens.TryOperator(",") && !tokens.Current.IsOperator(")"))
            {
                throw tokens.Unexpected("')'");
            }
        }
        return parameters;
    }

    private CallBlock ParseCall(int line)
    {
        var parameters = tokens.Current.IsOperator("(") ? ParseParameters() : [];
        var function = new Variable(tokens.ExpectName(), line);
        var arguments = expressions.ParseArguments();
        return new(function, arguments, new Macro("caller", parameters, ParseBodyOf("call", line), line), line);
    }

    private With ParseWith(int line)
    {
        var variables = new List<(AssignmentTarget, Expression)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            var target = new VariableTarget(tokens.ExpectName());
            tokens.Expect("=");
            variables.Add((target, expressions.Parse()));
            if (!tokens.TryOperator(","))
            {
                break;
            }
        }
        return new(variables, ParseBodyOf("with", line), line);
    }
}
