using Agentic.Agents;
using Agentic.Documents;
using Agentic.Reading.Direct;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>
/// Reads documents longer than the model's window with a chain of agents (Zhang et al. 2024, "Chain of Agents: Large Language Models Collaborating on Long-Context Tasks").
/// Workers read the chunks strictly one after the other, each handing a communication unit to the next; a manager answers from the last one. Thread-safe.
/// </summary>
/// <remarks>
/// A document that fits one prompt is read by one direct call. The default unit for a question is a sheet of verbatim facts kept by code, for a summary the paper's prose.
/// The same documents, question, options and model give the same answer.
/// </remarks>
public sealed class ChainOfAgentsReader : IReader
{
    /// <summary>Chunks smaller than this are not worth a call.</summary>
    private const int LeastChunk = 64;

    private readonly ModelAccess _model;
    private readonly ChainOfAgentsOptions _options;
    private readonly ChainAgents _agents;
    private readonly DirectReader _direct;

    /// <summary>Creates a reader.</summary>
    /// <param name="client">The model; its optional capabilities are used where it has them.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A card or prompt is missing or wrong.</exception>
    public ChainOfAgentsReader(IChatClient client, ChainOfAgentsOptions? options = null)
    {
        _options = options ?? new ChainOfAgentsOptions();
        _model = new ModelAccess(client, _options.Window);
        _agents = new ChainAgents(_options.Agents);
        _direct = new DirectReader(client, _options);
    }

    /// <inheritdoc/>
    public RunPlan Plan(IReadOnlyList<Document> documents, string? question = null)
    {
        ReadingInput.Check(documents, question);
        return Prepare(documents, question, new RunSession()).Plan;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RunEvent> RunAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default)
    {
        ReadingInput.Check(documents, question);
        return RunStream.RunAsync((session, token) => ReadAsync(documents, question, session, token), _options.Limits, _options.Time, _options.Journal, cancellationToken);
    }

    /// <summary>Reads and answers; see <see cref="RunAsync"/>.</summary>
    public Task<Answer> AskAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default) =>
        RunStream.AnswerAsync(RunAsync(documents, question, cancellationToken));

    private async Task<Answer> ReadAsync(IReadOnlyList<Document> documents, string? question, RunSession session, CancellationToken cancellationToken)
    {
        Reading reading = Prepare(documents, question, session);
        await session.StartAsync(reading.Plan, () => FactsOf.Run(reading.Plan, documents, question, _agents.All, _model), cancellationToken).ConfigureAwait(false);
        if (reading.Team is not { } team)
        {
            return await _direct.ReadAsync(documents, question, session, cancellationToken).ConfigureAwait(false);
        }

        var ends = new List<CommunicationUnit>();
        foreach (int[] order in Orders(reading.Chunks.Count))
        {
            session.Emit(new StageStartedEvent(Stages.Worker, order.Length));
            ends.Add(await ChainAsync(team, reading.Chunks, order, session, cancellationToken).ConfigureAwait(false));
        }

        if (session.DeadLetters.Count >= ends.Count * reading.Chunks.Count)
        {
            return new Answer { Status = RunStatus.Failed, Reason = $"No chunk could be read: {session.DeadLetters[^1].Error}" };
        }

        Draft draft = await ConcludeAsync(team, ends, question, reading.Caller, cancellationToken).ConfigureAwait(false);
        return Ending.Of(draft.Text, draft.Evidence, session.DeadLetters.Count, reading.Chunks.Count);
    }

    /// <summary>The paper's loop: CU_i = Worker(CU_{i-1}, C_i, q).</summary>
    private static async Task<CommunicationUnit> ChainAsync(IReadingTeam team, IReadOnlyList<Chunk> chunks, int[] order, RunSession session, CancellationToken cancellationToken)
    {
        CommunicationUnit unit = team.Empty;
        for (int i = 0; i < order.Length; i++)
        {
            Chunk chunk = chunks[order[i]];
            cancellationToken.ThrowIfCancellationRequested();
            session.Emit(new ChunkStartedEvent(Stages.Worker, chunk.Index, chunks.Count, chunk.Span, chunk.Document.Name));
            try
            {
                unit = await team.WorkAsync(unit, chunk, cancellationToken).ConfigureAwait(false);
                session.Emit(new ChunkDoneEvent(Stages.Worker, chunk.Index, chunks.Count, team.Describe(unit)));
            }
            catch (ModelCallException e)
            {
                // The chain goes on with what it has; the answer says that it is partial.
                session.Emit(new DeadLetterEvent(new DeadLetter(Stages.Worker, chunk.Index, e.Attempts, e.Message, e.LastOutput)));
            }
        }

        return unit;
    }

    private async Task<Draft> ConcludeAsync(IReadingTeam team, List<CommunicationUnit> ends, string? question, AgentCaller caller, CancellationToken cancellationToken)
    {
        if (!_options.Manager)
        {
            return team.WithoutManager(ends[0]);
        }

        caller.Session.Emit(new StageStartedEvent(Stages.Manager, _options.Ensemble == EnsembleKind.Medoid ? ends.Count : 1));
        switch (_options.Ensemble)
        {
            case EnsembleKind.Judge:
                int best = await Ensembles.JudgeAsync(ends, _agents.Judge, question, _options, caller, cancellationToken).ConfigureAwait(false);
                return await team.AnswerAsync(ends[best], stream: true, cancellationToken).ConfigureAwait(false);
            case EnsembleKind.Medoid:
                var drafts = new List<Draft>();
                foreach (CommunicationUnit end in ends)
                {
                    drafts.Add(await team.AnswerAsync(end, stream: false, cancellationToken).ConfigureAwait(false));
                }

                Draft chosen = drafts[Ensembles.Medoid([.. drafts.Select(d => d.Text)])];
                caller.Session.Emit(new TokenDeltaEvent(chosen.Text));
                return chosen;
            default:
                return await team.AnswerAsync(ends[0], stream: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<int[]> Orders(int count) => _options.Ensemble == EnsembleKind.None
        ? [ChunkOrder.Of(count, _options.Order, _options.Seed)]
        : [ChunkOrder.Of(count, ReadingOrder.Forward, 0), ChunkOrder.Of(count, ReadingOrder.Backward, 0), ChunkOrder.Of(count, ReadingOrder.Random, _options.Seed)];

    private Reading Prepare(IReadOnlyList<Document> documents, string? question, RunSession session)
    {
        var caller = new AgentCaller(_model, session, _options.Calls);
        IReadingTeam team = Team(question, caller);
        if (!team.ReadsShortDocuments && _direct.Fits(documents, question))
        {
            return new Reading(caller, null, [], _direct.Plan(documents, question));
        }

        StageBudget budget = team.WorkerBudget;
        budget.Require(LeastChunk);
        List<Chunk> chunks = [.. new Chunker(_model.Counter, Math.Min(budget.Chunk, _options.MaxChunkTokens)).Split(documents)];
        team.Prepare(chunks);
        return new Reading(caller, team, chunks, PlanOf(team, chunks, question));
    }

    private IReadingTeam Team(string? question, AgentCaller caller)
    {
        bool scores = WorkerChoice.Scores(_options.Worker, _options.SmallModelParameters, _model);
        return (_options.Unit, question) switch
        {
            (CommunicationUnitKind.Prose, _) => new ProseTeam(caller, _agents, question, _options),
            (_, null) => scores ? new SummaryScoringTeam(caller, _agents, _options) : new ProseTeam(caller, _agents, null, _options),
            _ => scores ? new ScoringTeam(caller, _agents, question, _options) : new ExtractingTeam(caller, _agents, question, _options),
        };
    }

    private RunPlan PlanOf(IReadingTeam team, List<Chunk> chunks, string? question)
    {
        int chains = _options.Ensemble == EnsembleKind.None ? 1 : 3;
        List<PlanStage> stages = [];
        foreach (PlanStage stage in team.Plan(chunks))
        {
            int times = stage.Stage == Stages.Manager && _options.Ensemble != EnsembleKind.Medoid ? 1 : chains;
            if (stage.Stage != Stages.Manager || _options.Manager)
            {
                stages.Add(new PlanStage(stage.Stage, stage.Calls * times, stage.PromptTokens * times, stage.MaxOutputTokens * times));
            }
        }

        if (_options.Ensemble == EnsembleKind.Judge && _options.Manager)
        {
            stages.Add(new PlanStage(Stages.Judge, 1, (3L * team.WorkerBudget.Carried) + team.WorkerBudget.Template, _agents.Judge.Card.MaxOutput));
        }

        return Plans.Of("chain", chunks.Count, stages, _model);
    }

    private sealed record Reading(AgentCaller Caller, IReadingTeam? Team, IReadOnlyList<Chunk> Chunks, RunPlan Plan);
}
