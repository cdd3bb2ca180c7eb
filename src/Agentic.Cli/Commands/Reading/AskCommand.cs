using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Workspaces;

namespace Agentic.Cli.Commands.Reading;

/// <summary><c>ask</c>: reads documents and answers a question about them.</summary>
internal sealed class AskCommand : AgenticCommand
{
    private readonly Argument<string[]> _arguments = new("document… question") { Description = "Files, folders, patterns or '-' for standard input; the question comes last.", Arity = ArgumentArity.OneOrMore };
    private readonly ReadingArguments _reading = new();
    private readonly RunChoice _run = new();

    public AskCommand() : base("ask", "Read documents, however long, and answer a question about them.")
    {
        Arguments.Add(_arguments);
        _reading.AddTo(this);
        _run.AddTo(this);
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string[] arguments = context.Value(_arguments)!;
        string question = arguments[^1];
        bool looksLikeFile = question == "-" || File.Exists(context.Host.Absolute(question.Length == 0 ? "." : question));
        if (arguments.Length == 1)
        {
            throw looksLikeFile
                ? new UsageException("There is a document but no question.", "Write: agentic ask DOCUMENT… \"QUESTION\".")
                : new UsageException("There is a question but no document.", "Write: agentic ask DOCUMENT… \"QUESTION\"; '-' reads standard input.");
        }

        if (string.IsNullOrWhiteSpace(question))
        {
            throw new UsageException("The question is empty.", "Write: agentic ask DOCUMENT… \"QUESTION\".");
        }

        if (looksLikeFile)
        {
            throw new UsageException($"The last argument, {question}, is a document; the question comes last.", "Write: agentic ask DOCUMENT… \"QUESTION\".");
        }

        return ReadingRun.RunAsync(context, _reading.Read(context), _run, _reading.PlanOnly(context), arguments[..^1], question, cancellationToken);
    }
}
