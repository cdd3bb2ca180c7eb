using System.Globalization;
using System.Text;
using Agentic.Agents;
using Agentic.Documents;
using Agentic.Reading.Relevance;
using Agentic.Runs;

namespace Agentic.Reading.MemWalker;

/// <summary>
/// Fills in the summaries of a tree: found in the store where they are kept, else made level by level, side by side within a level. Equal texts are summarised once.
/// </summary>
/// <param name="caller">The door.</param>
/// <param name="agents">Prompts.</param>
/// <param name="options">Options.</param>
/// <param name="limits">S, M and the length of a summary.</param>
/// <param name="extractive">Whether summaries are sentences of the text itself, chosen by code: a small model's own mislead.</param>
internal sealed class TreeBuilder(AgentCaller caller, MemWalkerAgents agents, MemWalkerOptions options, TreeLimits limits, bool extractive)
{
    public const string Stage = "tree";
    private const string Kind = "tree-node";

    private bool _warned;

    public SummaryTree Shape(IReadOnlyList<Chunk> chunks) => SummaryTree.Over(chunks, limits.Children, c => Key(agents.LeafSummary, [c.Text]), keys => Key(agents.NodeSummary, keys));

    /// <summary>Takes from the store what is kept there. With extractive summaries nothing is, since they cost nothing.</summary>
    /// <returns>How many summaries were found.</returns>
    public async Task<int> FindAsync(SummaryTree tree, CancellationToken cancellationToken)
    {
        if (options.Artefacts is not { } store || extractive)
        {
            return 0;
        }

        foreach (TreeNode node in tree.Nodes)
        {
            try
            {
                ReadOnlyMemory<byte>? kept = await store.GetAsync(Kind, node.Key, cancellationToken).ConfigureAwait(false);
                node.Summary = kept is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "";
            }
            catch (StorageException e)
            {
                Warn(e);
                break;
            }
        }

        return tree.Nodes.Count(n => n.Summary.Length > 0);
    }

    /// <summary>Makes the summaries that are missing.</summary>
    /// <exception cref="BudgetException">A cap is reached; what was made until then is kept.</exception>
    public async Task FillAsync(SummaryTree tree, CancellationToken cancellationToken)
    {
        foreach (IReadOnlyList<TreeNode> level in tree.Levels)
        {
            foreach (TreeNode node in level)
            {
                node.Sound = node.Children.All(c => c.Sound);
            }

            if (extractive)
            {
                level.ToList().ForEach(n => n.Summary = Extract(n));
                continue;
            }

            List<TreeNode[]> missing = [.. level.Where(n => n.Summary.Length == 0).GroupBy(n => n.Key).Select(g => g.ToArray())];
            MapResult<string> made = await StageMap.RunAsync(
                caller, Stage, missing, (door, same, _, token) => SummariseAsync(door, same[0], token), options.Map, cancellationToken).ConfigureAwait(false);
            if (made.Exceeded is { } exceeded)
            {
                throw exceeded;
            }

            for (int i = 0; i < missing.Count; i++)
            {
                foreach (TreeNode node in missing[i])
                {
                    // A leaf without the model's summary can still be found and read.
                    node.Sound &= made.Results[i] is not null;
                    node.Summary = made.Results[i] ?? Extract(node);
                }
            }
        }
    }

    public List<PlanStage> Plan(SummaryTree tree)
    {
        List<TreeNode> missing = extractive ? [] : [.. tree.Nodes.Where(n => n.Summary.Length == 0).DistinctBy(n => n.Key)];
        long tokens = missing.Sum(n => n.Chunk is { } chunk ? chunk.Tokens + (long)limits.LeafTemplate : ((long)n.Children.Count * limits.Shown) + limits.NodeTemplate);
        return missing.Count == 0 ? [] : [new PlanStage(Stage, missing.Count, tokens, (long)missing.Count * limits.Summary)];
    }

    /// <summary>Children as a prompt shows them.</summary>
    public static string Numbered(IEnumerable<TreeNode> nodes) =>
        string.Join('\n', nodes.Select((n, i) => string.Create(CultureInfo.InvariantCulture, $"[{i + 1}] {n.Summary}")));

    private async Task<string> SummariseAsync(AgentCaller door, TreeNode node, CancellationToken cancellationToken)
    {
        AgentReply reply = await door.AskAsync(
            new AskRequest
            {
                Stage = Stage,
                Agent = node.IsLeaf ? agents.LeafSummary : agents.NodeSummary,
                Variables = node.Chunk is { } chunk ? MemWalkerAgents.LeafVariables(chunk.Text, limits.Words) : MemWalkerAgents.NodeVariables(Numbered(node.Children), limits.Words),
                Chunk = node.Chunk?.Index,
                MaxOutput = limits.Summary,
                Priority = RequestPriority.Batch,
            },
            cancellationToken).ConfigureAwait(false);
        string summary = OneLine(reply.Text);
        // What was accepted counts at most a little more when it is read than when it was written.
        summary = summary[..caller.Model.Counter.PrefixLength(summary, limits.Summary)];
        if (options.Artefacts is { } store && node.Sound)
        {
            try
            {
                await store.PutAsync(Kind, node.Key, Encoding.UTF8.GetBytes(summary), CancellationToken.None).ConfigureAwait(false);
            }
            catch (StorageException e)
            {
                Warn(e);
            }
        }

        return summary;
    }

    /// <summary>The node's most central sentences that fit, in their order.</summary>
    private string Extract(TreeNode node)
    {
        string text = node.Chunk?.Text ?? string.Join('\n', node.Children.Select(c => c.Summary));
        var centrality = new Centrality();
        centrality.Add(text);
        int left = limits.Summary;
        List<(TextSpan Span, string Text)> chosen = [];
        foreach ((TextSpan span, string sentence) in SentenceSplitter.Split(text)
            .Select(s => (Span: s, Text: OneLine(text.Substring(s.Start, s.Length))))
            .Where(s => s.Text.Length > 0)
            .OrderByDescending(s => centrality.Score(s.Text)))
        {
            int tokens = caller.Model.Counter.CountText(sentence) + 1;
            if (tokens <= left)
            {
                chosen.Add((span, sentence));
                left -= tokens;
            }
        }

        string summary = string.Join(' ', chosen.OrderBy(s => s.Span.Start).Select(s => s.Text));
        return summary.Length > 0 ? summary : OneLine(text[..caller.Model.Counter.PrefixLength(text, limits.Summary)]);
    }

    private string Key(Agent agent, IEnumerable<string> covered)
    {
        using var hash = CallHash.Of(Kind, caller.Model);
        hash.Add([limits.Segment, limits.Children, limits.Summary]);
        hash.Add(agent.Prompt.Version);
        hash.Add(agent.Prompt.Source);
        hash.Add(agent.Card.Role);
        covered.ToList().ForEach(hash.Add);
        return hash.Done();
    }

    private void Warn(StorageException e)
    {
        if (!_warned)
        {
            _warned = true;
            caller.Session.Emit(new WarningEvent($"The tree is not kept for the next question: {e.Message}"));
        }
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
