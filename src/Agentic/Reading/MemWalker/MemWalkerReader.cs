using Agentic.Agents;
using Agentic.Documents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.MemWalker;

/// <summary>
/// Answers questions by walking a tree of summaries (Chen et al. 2023, "Walking Down the Memory Maze: Beyond Context Limit through Interactive Reading"): segments are summarised,
/// summaries of neighbours are summarised again up to a root, and for a question the model goes down from there, opens the segment that promises most, and answers or turns back.
/// Thread-safe.
/// </summary>
/// <remarks>
/// The tree knows no question. With <see cref="MemWalkerOptions.Artefacts"/> it is kept: every later question pays for the walk alone. A document that fits one prompt is read by one
/// direct call. A small model that can score chooses its way and reads by its probabilities; the summaries of its tree are the text's own sentences and cost no call.
/// </remarks>
public sealed class MemWalkerReader : IReader
{
    private const int LeastSegment = 64;
    private const int LeastSummary = 24;
    private const int DefaultCollect = 3;
    private const long ReasoningParameters = 30_000_000_000;
    private const int SummaryHead = 160;

    private readonly ModelAccess _model;
    private readonly MemWalkerOptions _options;
    private readonly MemWalkerAgents _agents;
    private readonly ChainAgents _chain;
    private readonly DirectReader _direct;
    private readonly bool _scores;
    private readonly bool _reasons;
    private readonly int _collect;

    /// <summary>Creates a reader.</summary>
    /// <param name="client">The model; its optional capabilities are used where it has them.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A card or prompt is missing or wrong, something is to be scored by a model that cannot, or a number is impossible.</exception>
    public MemWalkerReader(IChatClient client, MemWalkerOptions? options = null)
    {
        _options = options ?? new MemWalkerOptions();
        _model = new ModelAccess(client, _options.Window);
        _agents = new MemWalkerAgents(_options.Agents);
        _chain = new ChainAgents(_options.Agents);
        _direct = new DirectReader(client, _options);
        _scores = WorkerChoice.Scores(_options.Worker, _options.SmallModelParameters, _model);
        _reasons = _options.Reasoning ?? _model.Profile?.Parameters >= ReasoningParameters;
        _collect = _options.Collect ?? (_scores ? DefaultCollect : 1);
        if (_options.Triage == TriageKind.Scored && !_model.CanScore)
        {
            throw new ConfigurationException("The way down the tree should be chosen by scoring, and this model's client cannot score continuations.", "Leave the kind of triage to be chosen.");
        }

        if (_options.Children < 2 || _options.SegmentTokens < 1 || _collect < 1 || _options.Steps < 1)
        {
            throw new ConfigurationException("A tree needs at least 2 children a node and 1 token a segment, and a walk at least 1 step and 1 leaf to collect.");
        }
    }

    /// <inheritdoc/>
    /// <remarks>The calls of the walk are the most that it may make. Summaries are looked for in <see cref="MemWalkerOptions.Artefacts"/>, and the call waits for that.</remarks>
    /// <exception cref="ConfigurationException">There is no question: this reader makes no summaries.</exception>
    public RunPlan Plan(IReadOnlyList<Document> documents, string? question = null)
    {
        Check(documents, question);
        Reading reading = Prepare(documents, question!, new RunSession());
        return reading.Tree is null ? reading.Full : Task.Run(() => PlanAsync(reading, CancellationToken.None)).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">There is no question: this reader makes no summaries.</exception>
    public IAsyncEnumerable<RunEvent> RunAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default)
    {
        Check(documents, question);
        return RunStream.RunAsync((session, token) => ReadAsync(documents, question!, session, token), _options.Limits, _options.Time, _options.Journal, cancellationToken);
    }

    /// <summary>Reads and answers; see <see cref="RunAsync"/>.</summary>
    public Task<Answer> AskAsync(IReadOnlyList<Document> documents, string question, CancellationToken cancellationToken = default) =>
        RunStream.AnswerAsync(RunAsync(documents, question, cancellationToken));

    private static void Check(IReadOnlyList<Document> documents, string? question)
    {
        ReadingInput.Check(documents, question);
        if (question is null)
        {
            throw new ConfigurationException("A walk down the tree answers questions; it makes no summaries.", "Ask something, or summarise by another strategy.");
        }
    }

    private async Task<Answer> ReadAsync(IReadOnlyList<Document> documents, string question, RunSession session, CancellationToken cancellationToken)
    {
        Reading reading = Prepare(documents, question, session);
        RunPlan plan = reading.Tree is null ? reading.Full : await PlanAsync(reading, cancellationToken).ConfigureAwait(false);

        // A run is the same run whatever of its tree was kept in the meantime.
        await session.StartAsync(plan, () => FactsOf.Run(reading.Full, documents, question, [.. _agents.All, .. _chain.All], _model), cancellationToken).ConfigureAwait(false);
        if (reading.Tree is not { } tree)
        {
            return await _direct.ReadAsync(documents, question, session, cancellationToken).ConfigureAwait(false);
        }

        int kept = tree.Nodes.Count(n => n.Summary.Length > 0);
        if (tree.Leaves > 1)
        {
            session.Emit(new StageStartedEvent(TreeBuilder.Stage, tree.Nodes.Count() - kept));
            await reading.Builder!.FillAsync(tree, cancellationToken).ConfigureAwait(false);
        }

        session.Emit(new TreeReadyEvent([.. tree.Root.Walk().Select(n => new TreeLine(n.Node.Name, n.Depth, Head(n.Node.Summary)))], kept));
        var prompted = new PromptedNavigator(reading.Caller, _agents, question, _options, _reasons, _collect);
        ITriage triage = ScoresTriage ? new ScoredTriage(reading.Caller, _chain, question, tree) : prompted;
        ILeafReader leaves = reading.Team is { } team ? new ScoredLeaves(team) : prompted;
        return await new TreeWalk(reading.Caller, tree, question, triage, leaves, _options, reading.Limits!.Memory, _collect).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool ScoresTriage => _options.Triage == TriageKind.Scored || (_options.Triage == TriageKind.Auto && _scores);

    private Reading Prepare(IReadOnlyList<Document> documents, string question, RunSession session)
    {
        var caller = new AgentCaller(_model, session, _options.Calls);
        if (!_scores && _direct.Fits(documents, question))
        {
            return new Reading(caller, null, null, null, null, _direct.Plan(documents, question), 0);
        }

        ScoringTeam? team = _scores ? new ScoringTeam(caller, _chain, question, new ChainOfAgentsOptions { AnswerTokens = _options.AnswerTokens, UnitTokens = null }) : null;
        (int triage, int leaf, int answer) = PromptedNavigator.Templates(caller, _agents, question, _options, _reasons, _collect);
        TreeLimits limits = Limits(caller, team, triage, leaf, answer);
        List<Chunk> chunks = [.. new Chunker(_model.Counter, limits.Segment).Split(documents)];
        team?.Prepare(chunks);
        var builder = new TreeBuilder(caller, _agents, _options, limits, _scores);
        SummaryTree tree = builder.Shape(chunks);
        var reading = new Reading(caller, builder, limits, tree, team, null!, triage);
        return reading with { Full = PlanOf(reading) };
    }

    /// <summary>S and M within the window: a segment must fit the prompts of its summary, of the leaf and of a last answer, the children those of triage and of their summary.</summary>
    private TreeLimits Limits(AgentCaller caller, ScoringTeam? team, int triage, int leaf, int answer)
    {
        int window = _model.Window;
        int summary = Math.Min(_agents.LeafSummary.Card.MaxOutput, Math.Max(LeastSummary, window / 16));
        int memory = _options.WorkingMemory ? Math.Min(512, window / 8) : 0;
        int leafTemplate = caller.CountPrompt(_agents.LeafSummary, MemWalkerAgents.LeafVariables("", summary));
        int nodeTemplate = caller.CountPrompt(_agents.NodeSummary, MemWalkerAgents.NodeVariables("", summary));
        if (team is not null)
        {
            team.WorkerBudget.Require(LeastSegment);
            return new TreeLimits(Math.Min(_options.SegmentTokens, team.WorkerBudget.Chunk), _options.Children, summary, memory, leafTemplate, nodeTemplate);
        }

        int segment = Math.Min(
            Room("leaf summary", leafTemplate, 0, summary, LeastSegment),
            Math.Min(Room("leaf", leaf, memory, _agents.Leaf.Card.MaxOutput, LeastSegment), Room("answer", answer, memory, _options.AnswerTokens ?? _agents.Answer.Card.MaxOutput, LeastSegment)));
        var limits = new TreeLimits(Math.Min(_options.SegmentTokens, segment), _options.Children, summary, memory, leafTemplate, nodeTemplate);
        int children = Room("node summary", nodeTemplate, 0, summary, 2 * limits.Shown) / limits.Shown;
        children = ScoresTriage ? children : Math.Min(children, Room("triage", triage, memory, _agents.Triage.Card.MaxOutput, 2 * limits.Shown) / limits.Shown);
        return limits with { Children = Math.Min(children, _options.Children) };
    }

    private int Room(string stage, int template, int carried, int reply, int least)
    {
        var budget = new StageBudget { Stage = stage, Window = _model.Window, Template = template, Carried = carried, Reply = reply, Safety = _model.Safety };
        budget.Require(least);
        return budget.Chunk;
    }

    private async Task<RunPlan> PlanAsync(Reading reading, CancellationToken cancellationToken)
    {
        if (reading.Tree!.Leaves > 1)
        {
            await reading.Builder!.FindAsync(reading.Tree, cancellationToken).ConfigureAwait(false);
        }

        return PlanOf(reading);
    }

    /// <summary>The tree's missing summaries, and the most that the walk may ask.</summary>
    private RunPlan PlanOf(Reading reading)
    {
        SummaryTree tree = reading.Tree!;
        TreeLimits limits = reading.Limits!;
        int steps = TreeWalk.Cap(tree, _options);
        int leaves = Math.Min(tree.Leaves, Math.Max(1, steps - tree.Depth));
        int forks = Math.Max(0, Math.Min(steps - leaves, tree.Leaves - 1));
        long text = tree.Levels[0].Sum(n => (long)n.Chunk!.Tokens) / tree.Leaves;
        List<PlanStage> stages = tree.Leaves > 1 ? reading.Builder!.Plan(tree) : [];
        long children = (long)limits.Children * limits.Shown;
        if (reading.Team is { } team)
        {
            List<PlanStage> read = [.. team.Plan([.. tree.Levels[0].Select(n => n.Chunk!).Take(leaves)])];
            if (forks > 0)
            {
                stages.Add(new PlanStage(TreeWalk.Stage, forks, forks * children, 0));
            }

            stages.AddRange(read);
        }
        else
        {
            long each = text + limits.Memory + reading.TriageTemplate;
            stages.Add(new PlanStage(
                TreeWalk.Stage, leaves + forks, (leaves * each) + (forks * (children + limits.Memory + reading.TriageTemplate)), ((long)leaves * _agents.Leaf.Card.MaxOutput) + ((long)forks * _agents.Triage.Card.MaxOutput)));
            if (_collect > 1)
            {
                stages.Add(new PlanStage(TreeWalk.AnswerStage, 1, _collect * limits.Shown, _options.AnswerTokens ?? _agents.Answer.Card.MaxOutput));
            }
        }

        RunPlan plan = Plans.Of("tree", tree.Leaves, stages, _model);
        return plan with { Notes = [.. plan.Notes, $"The walk may ask {leaves + forks} times at most; it usually ends far sooner."] };
    }

    private static string Head(string summary) => summary.Length <= SummaryHead ? summary : $"{summary.AsSpan(0, char.IsHighSurrogate(summary[SummaryHead - 2]) ? SummaryHead - 2 : SummaryHead - 1)}…";

    private sealed record Reading(AgentCaller Caller, TreeBuilder? Builder, TreeLimits? Limits, SummaryTree? Tree, ScoringTeam? Team, RunPlan Full, int TriageTemplate);
}
