using Agentic.Cli.Documents;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;
using Agentic.Inference.Embeddings;
using Agentic.Storage;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Reading;

/// <summary>What <c>ask</c> and <c>summarize</c> do: load, plan, read, print.</summary>
internal static class ReadingRun
{
    public static async Task<int> RunAsync(
        CommandContext context, ReadingPlan plan, RunChoice run, bool planOnly, IReadOnlyList<string> paths, string? question, CancellationToken cancellationToken)
    {
        run.Check(context);
        string textName = question is null ? "text" : "answer";
        IReadOnlyList<Document> documents = await new DocumentArguments(context).LoadAsync(paths, cancellationToken).ConfigureAwait(false);
        using IChatClient client = await context.Host.Clients.OpenAsync(ModelChoice.From(context), cancellationToken).ConfigureAwait(false);
        ChatFormatNotice.Say(context, client);
        if (planOnly || SpeedProbe.IsWorthIt(client, documents))
        {
            await SpeedProbe.MeasureAsync(client, cancellationToken).ConfigureAwait(false);
        }

        using LocalEmbeddingGenerator? embedder = plan.Strategy == "retrieve" ? Embedder(context) : null;
        plan = plan with { Embedder = embedder };
        var display = new RunDisplay(context, textName);
        if (planOnly)
        {
            return display.Finish(new Answer { Status = RunStatus.Planned, Plan = plan.Reader(client).Plan(documents, question) });
        }

        using Workspace? workspace = run.Open(context);
        plan = workspace is null ? plan : plan with { Options = plan.Options with { Journal = run.Journaling(context, workspace) }, Artefacts = workspace.Artefacts };
        IAsyncEnumerable<RunEvent> events = plan.Reader(client).RunAsync(documents, question, cancellationToken);
        if (!plan.ShowTree)
        {
            return await display.ShowAsync(events, cancellationToken).ConfigureAwait(false);
        }

        var tree = new TreePrinter(context.Json ? context.Output.Error : context.Output.Out);
        int code = await display.ShowAsync(tree.WatchAsync(events, cancellationToken), cancellationToken).ConfigureAwait(false);
        tree.Print();
        return code;
    }

    /// <summary>The embedding model beside the default one; null, and said so, when there is none.</summary>
    private static LocalEmbeddingGenerator? Embedder(CommandContext context)
    {
        try
        {
            return new LocalEmbeddingGenerator(context.Host.Models.FindEmbedding(null), new EmbeddingOptions { LongText = LongText.Truncate });
        }
        catch (ModelException e)
        {
            context.Say($"note: passages are found by their words alone: {e.Message}");
            return null;
        }
    }
}
