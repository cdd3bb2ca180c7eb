using System.CommandLine;
using Agentic.Cli.Commands.Reading;
using Agentic.Cli.Evaluating;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Evaluation;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Evaluation;

/// <summary>An evaluation: where the questions come from is the subclass's, the rest is the same for all.</summary>
internal abstract class EvalCommand : AgenticCommand
{
    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first N items.", HelpName = "N" };
    private readonly Option<string> _baseline = new("--baseline") { Description = "What to measure in place of the reader: truncated (one call with the beginning that fits), manager (one call without the document).", HelpName = "NAME", DefaultValueFactory = _ => "none" };
    private readonly ReadingArguments _reading = new();

    protected EvalCommand(string name, string description) : base(name, description)
    {
        AddOptions(_limit, _baseline);
        _reading.AddTo(this);
    }

    /// <summary>The questions.</summary>
    protected abstract IEnumerable<QaItem> Items(CommandContext context, IChatClient client);

    /// <summary>Folder that paths of documents are relative to.</summary>
    protected virtual string Folder(CommandContext context) => context.Host.Folder;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        GlobalOptions.Positive(context.Value(_limit), "--limit");
        ReadingPlan plan = _reading.Read(context);
        if (_reading.PlanOnly(context))
        {
            throw new UsageException("--plan is not built yet for evaluations.", "Use --limit to try a few items.");
        }

        Baseline baseline = ReadingArguments.Choice<Baseline>(context, _baseline);
        using IChatClient client = await context.Host.Clients.OpenAsync(ModelChoice.From(context), cancellationToken).ConfigureAwait(false);
        ChatFormatNotice.Say(context, client);
        IReadOnlyList<QaItem> items = [.. Items(context, client).Take(context.Value(_limit) ?? int.MaxValue)];
        return items.Count > 0
            ? await new QaRun(context, client, plan, baseline, Folder(context)).RunAsync(Name, items, cancellationToken).ConfigureAwait(false)
            : throw new DocumentException("There is no question to ask.");
    }
}
