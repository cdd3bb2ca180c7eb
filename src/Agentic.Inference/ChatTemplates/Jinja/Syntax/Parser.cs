using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Statements;

namespace Agentic.Inference.ChatTemplates.Jinja.Syntax;

/// <summary>Parses a template into statements.</summary>
internal sealed class Parser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;

    private Parser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new(tokens);
    }

    public static Statement Parse(string template) => new Parser(new TokenStream(Lexer.Read(template))).ParseBody("", 1);

    /// <summary>Statements up to a tag that begins with one of <paramref name="ends"/>; that tag's first word is taken.</summary>
    private Body ParseBody(string opener, int openedAt, params ReadOnlySpan<string> ends)
    {
        var statements = new List<Statement>();
        while (true)
        {
            var token = _tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    statements.Add(new TextOutput(token.Text, token.Line));
                    break;
                case TokenKind.PrintBegin:
                    statements.Add(new Print(_expressions.ParseTuple(), token.Line));
                    _tokens.ExpectEnd(TokenKind.PrintEnd);
                    break;
                case TokenKind.BlockBegin:
                    if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text))
                    {
                        return new(statements, openedAt);
                    }
                    statements.Add(_tokens.Nested(ParseTag));
                    break;
                default:
                    return ends.IsEmpty ? new(statements, openedAt) : throw new TemplateFault($"the block '{opener}' is not closed", openedAt);
            }
        }
    }

    private Body ParseBodyOf(string tag, int line)
    {
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        var body = ParseBody(tag, line, $"end{tag}");
        _tokens.Take();
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        return body;
    }

    private Statement ParseTag()
    {
        var line = _tokens.Line;
        var tag = _tokens.ExpectName();
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
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        return statement;
    }

    private If ParseIf(int line)
    {
        var test = _expressions.ParseTuple();
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        var yes = ParseBody("if", line, "elif", "else", "endif");
        Statement? no = null;
        var end = _tokens.Take();
        if (end.Text == "elif")
        {
            return new(test, yes, _tokens.Nested(() => ParseIf(end.Line)), line);
        }
        if (end.Text == "else")
        {
            _tokens.ExpectEnd(TokenKind.BlockEnd);
            no = ParseBody("if", line, "endif");
            _tokens.Take();
        }
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        return new(test, yes, no, line);
    }

    private For ParseFor(int line)
    {
        var target = ParseTargets(allowMember: false);
        _tokens.Expect("in");
        var source = _expressions.ParseTuple(withCondition: false);
        var test = _tokens.TryName("if") ? _expressions.Parse() : null;
        var recursive = _tokens.TryName("recursive");
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        var body = ParseBody("for", line, "else", "endfor");
        Statement? otherwise = null;
        if (_tokens.Take().Text == "else")
        {
            _tokens.ExpectEnd(TokenKind.BlockEnd);
            otherwise = ParseBody("for", line, "endfor");
            _tokens.Take();
        }
        _tokens.ExpectEnd(TokenKind.BlockEnd);
        return new(target, source, test, recursive, body, otherwise, line);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTargets(allowMember: true);
        if (_tokens.TryOperator("="))
        {
            return Simple(new Set(target, _expressions.ParseTuple(), line));
        }
        return new SetBlock(target, ParseBlockFilters(first: false), ParseBodyOf("set", line), line);
    }

    private List<Filter> ParseBlockFilters(bool first)
    {
        var filters = new List<Filter>();
        while (first || _tokens.TryOperator("|"))
        {
            filters.Add(_expressions.ParseFilter(null));
            first = false;
        }
        return filters;
    }

    private AssignmentTarget ParseTargets(bool allowMember)
    {
        var targets = new List<AssignmentTarget>();
        var inParentheses = _tokens.TryOperator("(");
        do
        {
            var name = _tokens.ExpectName();
            targets.Add(allowMember && _tokens.TryOperator(".") ? new MemberTarget(name, _tokens.ExpectName()) : new VariableTarget(name));
        }
        while (_tokens.TryOperator(",") && _tokens.Current.Kind == TokenKind.Name);
        if (inParentheses)
        {
            _tokens.Expect(")");
        }
        return targets.Count == 1 ? targets[0] : new TupleTarget(targets);
    }

    private Macro ParseMacro(int line)
    {
        var name = _tokens.ExpectName();
        return new(name, ParseParameters(), ParseBodyOf("macro", line), line);
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        _tokens.Expect("(");
        while (!_tokens.TryOperator(")"))
        {
            var name = _tokens.ExpectName();
            parameters.Add((name, _tokens.TryOperator("=") ? _expressions.Parse() : null));
            if (!_tokens.TryOperator(",") && !_tokens.Current.IsOperator(")"))
            {
                throw _tokens.Unexpected("')'");
            }
        }
        return parameters;
    }

    private CallBlock ParseCall(int line)
    {
        var parameters = _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        var function = new Variable(_tokens.ExpectName(), line);
        var arguments = _expressions.ParseArguments();
        return new(function, arguments, new Macro("caller", parameters, ParseBodyOf("call", line), line), line);
    }

    private With ParseWith(int line)
    {
        var variables = new List<(AssignmentTarget, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            var target = new VariableTarget(_tokens.ExpectName());
            _tokens.Expect("=");
            variables.Add((target, _expressions.Parse()));
            if (!_tokens.TryOperator(","))
            {
                break;
            }
        }
        return new(variables, ParseBodyOf("with", line), line);
    }
}
