using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Workspaces;

namespace Agentic.Cli.Commands.Reading;

/// <summary><c>summarize</c>: reads documents and says what is in them.</summary>
internal sealed class SummarizeCommand : AgenticCommand
{
    private readonly Argument<string[]> _documents = new("document…") { Description = "Files, folders, patterns or '-' for standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> _words = new("--words") { Description = "Words that the summary should have.", HelpName = "N" };
    private readonly Option<string?> _focus = new("--focus") { Description = "What the summary should dwell on.", HelpName = "TEXT" };
    private readonly ReadingArguments _reading = new();
    private readonly RunChoice _run = new();

    public SummarizeCommand() : base("summarize", "Read documents, however long, and summarise them.")
    {
        Arguments.Add(_documents);
        AddOptions(_words, _focus);
        _reading.AddTo(this);
        _run.AddTo(this);
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        GlobalOptions.Positive(context.Value(_words), "--words");
        ReadingPlan plan = _reading.Read(context);
        plan = plan with { Options = plan.Options with { SummaryWords = context.Value(_words), Focus = context.Value(_focus) } };
        return ReadingRun.RunAsync(context, plan, _run, _reading.PlanOnly(context), context.Value(_documents)!, null, cancellationToken);
    }
}
