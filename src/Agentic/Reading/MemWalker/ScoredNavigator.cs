using System.Globalization;
using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Relevance;

namespace Agentic.Reading.MemWalker;

/// <summary>
/// Triage by numbers: how probable the question is after a child's summary, joined with the question's words in the best passage that the child covers, since a summary drops
/// most facts. After a leaf the walk goes to where the best unread one is promised, which may be up and down another way. Every summary is scored once.
/// </summary>
internal sealed class ScoredTriage : ITriage
{
    private readonly QuestionLikelihood _likelihood;
    private readonly Dictionary<TreeNode, double> _words = [];
    private readonly Dictionary<TreeNode, double> _likelihoods = [];

    public ScoredTriage(AgentCaller caller, ChainAgents chain, string question, SummaryTree tree)
    {
        _likelihood = new QuestionLikelihood(caller, chain.Relevance, question);
        var terms = new QuestionTerms(question);
        var splitter = new PassageSplitter(caller.Model.Counter, least: 60, most: 150);
        List<(TreeNode Leaf, List<Passage> Passages)> read = [.. tree.Root.Leaves.Select(leaf => (leaf, splitter.Split(leaf.Chunk!)))];
        read.ForEach(r => r.Passages.ForEach(p => terms.Add(p.TextWithHeading)));
        read.ForEach(r => _words[r.Leaf] = r.Passages.Select(p => terms.Score(p.TextWithHeading)).DefaultIfEmpty().Max());
    }

    public async Task<Move> ChooseAsync(Fork fork, AgentCaller door, CancellationToken cancellationToken)
    {
        List<TreeNode> unknown = [.. fork.Children.Where(c => !_likelihoods.ContainsKey(c))];
        IReadOnlyList<double> likelihoods = await _likelihood.ScoreAsync(TreeWalk.Stage, [.. unknown.Select(c => c.Summary)], cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < unknown.Count; i++)
        {
            _likelihoods[unknown[i]] = likelihoods[i];
        }

        TreeNode best = fork.Children.MaxBy(c => Score(c, fork.Rejected))!;
        double score = Score(best, fork.Rejected);
        TreeNode? elsewhere = fork.MayRevert && fork.CameBack ? fork.Others.Where(_likelihoods.ContainsKey).MaxBy(o => Score(o, fork.Rejected)) : null;
        bool asked = unknown.Count > 0;
        return elsewhere is not null && Score(elsewhere, fork.Rejected) is double more && more > score
            ? new Move(null, string.Create(CultureInfo.InvariantCulture, $"{elsewhere.Name} promises more: {more:0.00} against {score:0.00}"), asked) { Aside = true }
            : new Move(best, string.Create(CultureInfo.InvariantCulture, $"score {score:0.00}"), asked);
    }

    private double Score(TreeNode node, IReadOnlySet<TreeNode> rejected) =>
        node.Leaves.Where(l => !rejected.Contains(l)).Select(l => _words[l]).DefaultIfEmpty().Max() + (RatedPassage.LikelihoodWeight * _likelihoods[node]);
}

/// <summary>Leaves read by a small model's probabilities; the sentences of several leaves are weighed together.</summary>
internal sealed class ScoredLeaves(ScoringTeam team) : ILeafReader
{
    private FactSheet _sheet = (FactSheet)team.Empty;

    public IReadOnlyList<Evidence> Evidence => ExtractingTeam.EvidenceOf(_sheet);

    public async Task<Verdict> ReadAsync(TreeNode leaf, string memory, AgentCaller door, CancellationToken cancellationToken)
    {
        var found = (FactSheet)await team.WorkAsync(team.Empty, leaf.Chunk!, cancellationToken).ConfigureAwait(false);
        _sheet = found.Facts.Aggregate(_sheet, (all, fact) => all.With(fact));
        double support = found.Facts.Count == 0 ? 0 : found.Facts.Max(f => f.Support ?? 0);
        string reason = string.Create(CultureInfo.InvariantCulture, $"support {support:0.00}");
        // Only the numbers of all leaves together say when to stop: every leaf about the question is a note.
        return new Verdict(support >= ScoringTeam.LeastSupport ? LeafAction.Note : LeafAction.Revert, reason);
    }

    public Task<Draft> AnswerAsync(CancellationToken cancellationToken) => team.AnswerAsync(_sheet, stream: true, cancellationToken);

    /// <summary>The sheet holds what every leaf had; below the least support it stays silent.</summary>
    public Task<Draft> GuessAsync(TreeNode leaf, string memory, CancellationToken cancellationToken) => AnswerAsync(cancellationToken);
}
