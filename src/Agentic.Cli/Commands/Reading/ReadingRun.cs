using Agentic.Cli.Documents;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Reading;

/// <summary>What <c>ask</c> and <c>summarize</c> do: load, plan, read, print.</summary>
internal static class ReadingRun
{
    public static async Task<int> RunAsync(
        CommandContext context, ReadingPlan plan, bool planOnly, IReadOnlyList<string> paths, string? question, CancellationToken cancellationToken)
    {
        string textName = question is null ? "text" : "answer";
        IReadOnlyList<Document> documents = await new DocumentArguments(context).LoadAsync(paths, cancellationToken).ConfigureAwait(false);
        using IChatClient client = await context.Host.Clients.OpenAsync(ModelChoice.From(context), cancellationToken).ConfigureAwait(false);
        ChatFormatNotice.Say(context, client);
        if (planOnly || SpeedProbe.IsWorthIt(client, documents))
        {
            await SpeedProbe.MeasureAsync(client, cancellationToken).ConfigureAwait(false);
        }

        var display = new RunDisplay(context, textName);
        return planOnly
            ? display.Finish(new Answer { Status = RunStatus.Planned, Plan = plan.Plan(client, documents, question) })
            : await display.ShowAsync(plan.RunAsync(client, documents, question, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
