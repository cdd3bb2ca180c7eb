using System.Globalization;
using Agentic.Cli.Commands.Reading;
using Agentic.Cli.Frame;
using Agentic.Cli.Output;
using Agentic.Evaluation;
using Agentic.Formats;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Evaluating;

/// <summary>Puts every question to the reader, or to what it is compared with, and shows the figures.</summary>
internal sealed class QaRun(CommandContext context, IChatClient client, ReadingPlan plan, Baseline baseline, string folder)
{
    private static readonly Document NoDocument = new("nothing", "(The document is not shown.)");

    private readonly TextDocumentReader _loader = new();

    public async Task<int> RunAsync(string name, IReadOnlyList<QaItem> items, CancellationToken cancellationToken)
    {
        List<QaResult> results = [];
        context.Host.DoneSoFar = () => results.Count == 0 ? null : $"{results.Count} of {items.Count} questions, mean score {Mean(results)} %.";
        QaReport report = await QaEvaluation.RunAsync(
            items,
            AskAsync,
            done: result =>
            {
                results.Add(result);
                Progress(results, items.Count);
            },
            cancellationToken: cancellationToken).ConfigureAwait(false);

        string strategy = baseline == Baseline.None ? plan.Strategy : $"baseline {baseline.ToString().ToLowerInvariant()}";
        var shown = new EvalReport(name, strategy, context.Seed, report);
        if (context.Json)
        {
            context.WriteJson(shown.ToJson(items: context.Verbose));
        }
        else
        {
            shown.Print(context.Output.Out);
        }

        return ExitCode.Ok;
    }

    private async Task<Answer> AskAsync(QaItem item, CancellationToken cancellationToken)
    {
        IReadOnlyList<Document> documents = await QaFile.LoadDocumentsAsync(item, folder, _loader, cancellationToken).ConfigureAwait(false);
        ReadingPlan direct = plan with { Strategy = "direct" };
        IAsyncEnumerable<RunEvent> run = baseline switch
        {
            Baseline.Truncated => direct.Reader(client).RunAsync(Truncation.Fit(client, plan.Options, documents, item.Question), item.Question, cancellationToken),
            Baseline.Manager => direct.Reader(client).RunAsync([NoDocument], item.Question, cancellationToken),
            _ => plan.Reader(client).RunAsync(documents, item.Question, cancellationToken),
        };
        Answer answer = await Runs.RunStream.AnswerAsync(run).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested(); // a cancelled question is no wrong answer
        return answer;
    }

    private void Progress(List<QaResult> results, int count)
    {
        QaResult last = results[^1];
        if (context.Verbose)
        {
            context.Output.Error.WriteLine(EvalReport.ItemLine(last));
        }
        else if (results.Count % 10 == 0 || last.Answer.Usage.Seconds > 5)
        {
            double left = results.Average(r => r.Answer.Usage.Seconds) * (count - results.Count);
            context.Say($"{results.Count} of {count}: mean score {Mean(results)} %, about {Words.Time(left)} left");
        }
    }

    private static string Mean(List<QaResult> results) => (results.Average(r => r.Score) * 100).ToString("0.0", CultureInfo.InvariantCulture);
}
