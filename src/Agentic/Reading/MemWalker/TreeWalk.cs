using System.Globalization;
using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Relevance;
using Agentic.Runs;

namespace Agentic.Reading.MemWalker;

/// <summary>
/// The walk from the root to the leaves: triage at nodes, commit or revert at leaves. What was rejected is never offered again, a node without children left is rejected itself, and
/// the number of decisions is bounded, so that it ends.
/// </summary>
/// <param name="caller">The door.</param>
/// <param name="tree">The tree.</param>
/// <param name="question">The question.</param>
/// <param name="triage">Chooses children.</param>
/// <param name="reader">Reads leaves.</param>
/// <param name="options">Options.</param>
/// <param name="memoryTokens">Most tokens of the working memory; 0 = none.</param>
/// <param name="collect">Leaves whose findings are gathered.</param>
internal sealed class TreeWalk(AgentCaller caller, SummaryTree tree, string question, ITriage triage, ILeafReader reader, MemWalkerOptions options, int memoryTokens, int collect)
{
    public const string Stage = "walk";
    public const string AnswerStage = "answer";
    private const int MostSteps = 32;

    private readonly HashSet<TreeNode> _rejected = [];
    private readonly List<TreeNode> _path = [tree.Root];
    private readonly List<TreeNode> _read = [];
    private int _noted;
    private int _dead;
    private bool _cameBack;

    /// <summary>Most decisions over a tree.</summary>
    public static int Cap(SummaryTree tree, MemWalkerOptions options) => options.Steps ?? Math.Min(MostSteps, (2 * tree.Leaves) + tree.Depth);

    public async Task<Answer> RunAsync(CancellationToken cancellationToken)
    {
        int cap = Cap(tree, options);
        caller.Session.Emit(new StageStartedEvent(Stage, cap));
        int steps = 0;
        try
        {
            while (_path.Count > 0)
            {
                TreeNode node = _path[^1];
                List<TreeNode> children = [.. node.Children.Where(c => !_rejected.Contains(c))];
                if (!node.IsLeaf && children.Count < 2)
                {
                    Step(node, children.Count == 0 ? null : new Move(children[0], "the only one left", Asked: false));
                    continue;
                }

                if (steps == cap)
                {
                    return await GuessAsync(cap, cancellationToken).ConfigureAwait(false);
                }

                if (!node.IsLeaf)
                {
                    var fork = new Fork(children, Others(), _rejected, Memory(), options.Revert && _path.Count > 1, _cameBack);
                    Move move = await AskedAsync(door => triage.ChooseAsync(fork, door, cancellationToken)).ConfigureAwait(false);
                    steps += move.Asked ? 1 : 0;
                    Step(node, move);
                    continue;
                }

                steps++;
                if (await ReadAsync(node, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        catch (BudgetException e)
        {
            return Ending.Exceeded(e, reader.Evidence);
        }
        catch (ModelCallException e) when (e.InnerException is RefusedReplyException)
        {
            return new Answer { Status = RunStatus.NotFound, Evidence = reader.Evidence, Reason = string.Create(CultureInfo.InvariantCulture, $"The walk ended without an answer at {_path[^1].Name}: {e.Attempts} replies in a row named no legal action.") };
        }

        Draft draft = await reader.AnswerAsync(cancellationToken).ConfigureAwait(false);
        return Ending.Of(draft.Text, draft.Evidence, _dead, tree.Leaves);
    }

    /// <summary>Reads a leaf; true when the walk is at its end.</summary>
    private async Task<bool> ReadAsync(TreeNode leaf, CancellationToken cancellationToken)
    {
        caller.Session.Emit(new ChunkStartedEvent(Stage, leaf.Chunk!.Index, tree.Leaves, leaf.Chunk.Span, leaf.Chunk.Document.Name));
        _read.Add(leaf);
        try
        {
            Verdict verdict = await AskedAsync(door => reader.ReadAsync(leaf, Memory(), door, cancellationToken)).ConfigureAwait(false);
            Say(leaf, verdict.Action.ToString().ToLowerInvariant(), verdict.Reason);
            _noted += verdict.Action == LeafAction.Note ? 1 : 0;
            if (verdict.Action == LeafAction.Commit || _noted >= collect || (verdict.Action == LeafAction.Revert && !options.Revert))
            {
                return true;
            }
        }
        catch (ModelCallException e) when (e.InnerException is not RefusedReplyException && options.OnFailure != FailurePolicy.Fail)
        {
            _dead++;
            caller.Session.Emit(new DeadLetterEvent(new DeadLetter(Stage, leaf.Chunk!.Index, e.Attempts, e.Message, e.LastOutput)));
        }

        Leave(leaf);
        return false;
    }

    /// <summary>Goes down to a child, or back when there is none to go to.</summary>
    private void Step(TreeNode node, Move? move)
    {
        if (move?.Child is { } child)
        {
            Say(node, $"to {child.Name}", move.Reason);
            _path.Add(child);
            _cameBack = false;
            return;
        }

        Say(node, "revert", move?.Reason ?? "nothing is left below");
        if (move is { Aside: true })
        {
            _path.RemoveAt(_path.Count - 1);
        }
        else
        {
            Leave(node);
        }
    }

    private void Leave(TreeNode node)
    {
        _rejected.Add(node);
        _path.RemoveAt(_path.Count - 1);
        _cameBack = true;
    }

    /// <summary>A call, asked of the other model when it failed and there is one.</summary>
    private async Task<T> AskedAsync<T>(Func<AgentCaller, Task<T>> ask)
    {
        try
        {
            return await ask(caller).ConfigureAwait(false);
        }
        catch (ModelCallException e) when (e.InnerException is not RefusedReplyException && options.OnFailure == FailurePolicy.OtherModel && options.Map.Fallback is not null)
        {
            caller.Session.Emit(new RetryEvent(Stage, e.Attempts + 1, $"{e.Message} Asked of the other model."));
            return await ask(caller.With(options.Map.Fallback!)).ConfigureAwait(false);
        }
    }

    /// <summary>The best that can be said when the walk may take no more steps.</summary>
    private async Task<Answer> GuessAsync(int cap, CancellationToken cancellationToken)
    {
        string ended = string.Create(CultureInfo.InvariantCulture, $"The walk ended after {cap} steps, with {_read.Count} of {tree.Leaves} segments read");
        // Before any leaf was reached, the leaves below are what there is to answer from.
        List<TreeNode> leaves = _read.Count > 0 ? _read : [.. _path[^1].Leaves];
        var terms = new QuestionTerms(question);
        leaves.ForEach(l => terms.Add(l.Chunk!.Text));
        TreeNode best = leaves.MaxBy(l => terms.Score(l.Chunk!.Text))!;
        Draft draft = await reader.GuessAsync(best, Memory(), cancellationToken).ConfigureAwait(false);
        return draft.Text.Length == 0
            ? new Answer { Status = RunStatus.NotFound, Evidence = draft.Evidence, Reason = $"{ended}; the best of what it came to does not tell." }
            : new Answer { Status = RunStatus.Partial, Text = draft.Text, Evidence = draft.Evidence, Reason = $"{ended}; the answer is from the best of what it came to." };
    }

    /// <summary>Ways not taken on the path, which are still open.</summary>
    private List<TreeNode> Others() => [.. _path.SkipLast(1).SelectMany((n, i) => n.Children.Where(c => c != _path[i + 1] && !_rejected.Contains(c)))];

    /// <summary>Summaries of the nodes above, from the root; the farthest are dropped when they do not fit.</summary>
    private string Memory()
    {
        List<string> lines = [];
        int left = memoryTokens;
        foreach (TreeNode node in _path.SkipLast(1).Reverse())
        {
            string line = $"- {node.Summary}\n";
            int tokens = caller.Model.Counter.CountText(line);
            if (tokens > left)
            {
                break;
            }

            left -= tokens;
            lines.Insert(0, line);
        }

        return string.Concat(lines).TrimEnd();
    }

    private void Say(TreeNode node, string action, string reason) => caller.Session.Emit(new NavigatedEvent(node.Name, action, reason));
}

/// <summary>A node with several children to choose from.</summary>
/// <param name="Children">Children that were not rejected; at least two.</param>
/// <param name="Others">Ways not taken above, still open.</param>
/// <param name="Rejected">What was rejected so far.</param>
/// <param name="Memory">Summaries of the way here.</param>
/// <param name="MayRevert">Whether going back is legal here: not at the root.</param>
/// <param name="CameBack">Whether the walk came here from below.</param>
internal sealed record Fork(IReadOnlyList<TreeNode> Children, IReadOnlyList<TreeNode> Others, IReadOnlySet<TreeNode> Rejected, string Memory, bool MayRevert, bool CameBack);

/// <summary>What triage decided.</summary>
/// <param name="Child">Where to go; null = back.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Asked">Whether the model was asked.</param>
internal sealed record Move(TreeNode? Child, string Reason, bool Asked)
{
    /// <summary>Whether the node that is left stays open.</summary>
    public bool Aside { get; init; }
}

/// <summary>Chooses a child of a node.</summary>
internal interface ITriage
{
    Task<Move> ChooseAsync(Fork fork, AgentCaller door, CancellationToken cancellationToken);
}

/// <summary>What a leaf is for.</summary>
internal enum LeafAction
{
    /// <summary>It tells the answer.</summary>
    Commit,

    /// <summary>It tells a piece; read on.</summary>
    Note,

    /// <summary>It does not bear on the question.</summary>
    Revert,
}

/// <summary>What became of a leaf, and why.</summary>
internal sealed record Verdict(LeafAction Action, string Reason);

/// <summary>Reads leaves, keeps what they tell, and answers from it.</summary>
internal interface ILeafReader
{
    Task<Verdict> ReadAsync(TreeNode leaf, string memory, AgentCaller door, CancellationToken cancellationToken);

    /// <summary>The answer from all that was kept; empty when nothing was.</summary>
    Task<Draft> AnswerAsync(CancellationToken cancellationToken);

    /// <summary>The best answer when the walk may not go on: from what was kept, else from one leaf.</summary>
    Task<Draft> GuessAsync(TreeNode leaf, string memory, CancellationToken cancellationToken);

    /// <summary>What was kept so far, best first.</summary>
    IReadOnlyList<Evidence> Evidence { get; }
}
