using Agentic.Agents;
using Agentic.Documents;
using Agentic.Grounding;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.MapReduce;

/// <summary>
/// Reads documents longer than the model's window chunk by chunk, side by side (Zhou et al. 2024, "LLM×MapReduce: Simplified Long-Sequence Processing using Large Language
/// Models"). Every chunk gives a record (information, rationale, answer, confidence), records without an answer are dropped, too many are collapsed, and one last call weighs
/// them. Thread-safe.
/// </summary>
/// <remarks>
/// Exact strings survive, unlike in chains of summaries. When all records are dropped the answer is <see cref="RunStatus.NotFound"/>: the model is not asked to answer from nothing.
/// A small model that can score reads by its probabilities in place of filling in forms. A document that fits one prompt is read by one direct call.
/// </remarks>
public sealed class MapReduceReader : IReader
{
    private const string MapStage = "map";
    private const string ReduceStage = "reduce";
    private const int LeastChunk = 64;

    private readonly ModelAccess _model;
    private readonly MapReduceOptions _options;
    private readonly ChainAgents _chain;
    private readonly DirectReader _direct;

    /// <summary>Creates a reader.</summary>
    /// <param name="client">The model; its optional capabilities are used where it has them.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A card or prompt is missing or wrong, or the confidence is to come from a model that cannot score.</exception>
    public MapReduceReader(IChatClient client, MapReduceOptions? options = null)
    {
        _options = options ?? new MapReduceOptions();
        _model = new ModelAccess(client, _options.Window);
        _chain = new ChainAgents(_options.Agents);
        _direct = new DirectReader(client, _options);
        if (_options.Confidence == ConfidenceSource.LogProbabilities && !_model.CanScore)
        {
            throw new ConfigurationException("Confidence should come from log-probabilities, and this model's client cannot score continuations.", "Leave the source of confidence to the model's own statement.");
        }
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
        await session.StartAsync(reading.Plan, () => FactsOf.Run(reading.Plan, documents, question, [.. reading.Family.Agents, .. _chain.All], _model), cancellationToken).ConfigureAwait(false);
        if (reading.Chunks.Count == 0)
        {
            return await _direct.ReadAsync(documents, question, session, cancellationToken).ConfigureAwait(false);
        }

        session.Emit(new StageStartedEvent(MapStage, reading.Chunks.Count));
        return reading.Team is { } team
            ? await ScoredAsync(team, reading, cancellationToken).ConfigureAwait(false)
            : await FormedAsync(reading, question, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The paper: map, drop, collapse, drop, reduce.</summary>
    private async Task<Answer> FormedAsync(Reading reading, string? question, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> task = Task(question);
        TaskFamily family = reading.Family.Family;
        MapResult<ChunkRecord> mapped = await StageMap.RunAsync(
            reading.Caller, MapStage, reading.Chunks, (door, chunk, _, token) => MapAsync(door, reading, chunk, question, task, token), _options.Map, cancellationToken).ConfigureAwait(false);
        int dead = reading.Caller.Session.DeadLetters.Count;
        List<ChunkRecord> known = [.. mapped.Results.OfType<ChunkRecord>()];
        List<ChunkRecord> records = [.. known.Where(r => !r.IsEmpty(family))];
        if (family == TaskFamily.Retrieval && records.Any(r => r.Confidence >= 5))
        {
            // A verbatim hit outweighs every guess.
            records = [.. records.Where(r => r.Confidence >= 5)];
        }

        if (mapped.Exceeded is not null)
        {
            return Ending.Exceeded(mapped.Exceeded, Best(records));
        }

        if (known.Count == 0)
        {
            return new Answer { Status = RunStatus.Failed, Reason = $"No chunk could be read: {reading.Caller.Session.DeadLetters[^1].Error}" };
        }

        if (records.Count == 0)
        {
            return Ending.NotFound(Best(known), dead, reading.Chunks.Count);
        }

        var collapse = new Collapse(reading.Caller, reading.Family, task, _options);
        (records, BudgetException? exceeded) = await collapse.RunAsync(records, cancellationToken).ConfigureAwait(false);
        if (exceeded is not null)
        {
            return Ending.Exceeded(exceeded, Best(records));
        }

        reading.Caller.Session.Emit(new StageStartedEvent(ReduceStage, 1));
        AgentReply reply = await reading.Caller.AskAsync(
            new AskRequest
            {
                Stage = ReduceStage,
                Agent = reading.Family.Reduce,
                Variables = new Dictionary<string, object?>(task) { ["records"] = ChunkRecord.Render(records, family) },
                MaxOutput = _options.AnswerTokens,
                Stream = true,
            },
            cancellationToken).ConfigureAwait(false);
        string text = question is null ? reply.Text : AnswerText.Clean(reply.Text);
        return Ending.Of(text, Best(records), dead, reading.Chunks.Count);
    }

    private async Task<ChunkRecord> MapAsync(AgentCaller door, Reading reading, Chunk chunk, string? question, Dictionary<string, object?> task, CancellationToken cancellationToken)
    {
        RunSession session = door.Session;
        TaskFamilies family = reading.Family;
        session.Emit(new ChunkStartedEvent(MapStage, chunk.Index, reading.Chunks.Count, chunk.Span, chunk.Document.Name));
        AgentReply reply = await door.AskAsync(
            new AskRequest
            {
                Stage = MapStage,
                Agent = family.Map,
                Variables = Mapped(door, family, task, chunk.Text),
                Chunk = chunk.Index,
                Format = family.Form,
            },
            cancellationToken).ConfigureAwait(false);
        List<Evidence> quotes = [.. reply.Record!.List("quotes").Select(quote => EvidenceLocator.Locate(chunk.Document, quote, MapStage, chunk.Index, 0, chunk.Span))];
        var record = new ChunkRecord([chunk.Index], reply.Record, 0, quotes) { Details = ChunkRecord.DetailsOf(family.Form, reply.Record) };
        bool empty = record.IsEmpty(family.Family);
        double confidence = empty || family.Family == TaskFamily.Sum ? 0 : await ConfidenceAsync(door, record, chunk, question!, family.Family, cancellationToken).ConfigureAwait(false);
        record = record with { Confidence = confidence, Evidence = [.. Cited(record, chunk, family.Family).Select(e => e with { Confidence = confidence })] };
        if (empty)
        {
            session.Emit(new RecordDroppedEvent(MapStage, chunk.Index, $"It says nothing about the question. {record.Details.ReplaceLineEndings(" ")}".TrimEnd()));
        }

        session.Emit(new ChunkDoneEvent(MapStage, chunk.Index, reading.Chunks.Count, empty || family.Family == TaskFamily.Sum ? "" : $"{record.Answer} ({confidence:0.#})"));
        return record;
    }

    /// <summary>Quotations of the record; when it has none that stand in the text, the sentence that bears its answer.</summary>
    private static IEnumerable<Evidence> Cited(ChunkRecord record, Chunk chunk, TaskFamily family) =>
        family == TaskFamily.Sum || record.Evidence.Any(e => e.Verified) || record.IsEmpty(family) || AnswerEvidence.SentenceWith(record.Answer, chunk) is not { } span
            ? record.Evidence
            : [EvidenceLocator.Locate(chunk.Document, chunk.Document.Text.Substring(span.Start, span.Length), MapStage, chunk.Index, 0, span), .. record.Evidence];

    private async Task<double> ConfidenceAsync(AgentCaller door, ChunkRecord record, Chunk chunk, string question, TaskFamily family, CancellationToken cancellationToken)
    {
        if (_options.Confidence == ConfidenceSource.LogProbabilities)
        {
            IReadOnlyList<int> context = door.Ids(_chain.Answerer, new Dictionary<string, object?> { ["question"] = question, ["passage"] = chunk.Text });
            IReadOnlyList<ScoringResult> scores = await door.ScoreAsync(MapStage, [new ScoringRequest(context, [door.Model.ScoringTokens!.Encode(record.Answer)])], cancellationToken).ConfigureAwait(false);
            return 5 * Math.Exp(scores[0].Mean(0));
        }

        double stated = record.Filled.Number("confidence");
        bool verbatim = EvidenceLocator.Find(chunk.Text, record.Answer) is not null;
        // Only what really stands there may be certain, whatever the model says.
        return family == TaskFamily.Retrieval && !verbatim ? Math.Min(stated, 4.5) : stated;
    }

    /// <summary>Small models: the model's probabilities pick sentences of every chunk; the surest of all chunks are weighed together.</summary>
    private async Task<Answer> ScoredAsync(ScoringTeam team, Reading reading, CancellationToken cancellationToken)
    {
        RunSession session = reading.Caller.Session;
        MapResult<CommunicationUnit> mapped = await StageMap.RunAsync(
            reading.Caller,
            MapStage,
            reading.Chunks,
            async (_, chunk, _, token) =>
            {
                session.Emit(new ChunkStartedEvent(MapStage, chunk.Index, reading.Chunks.Count, chunk.Span, chunk.Document.Name));
                CommunicationUnit unit = await team.WorkAsync(team.Empty, chunk, token).ConfigureAwait(false);
                session.Emit(new ChunkDoneEvent(MapStage, chunk.Index, reading.Chunks.Count, team.Describe(unit)));
                return unit;
            },
            _options.Map,
            cancellationToken).ConfigureAwait(false);
        FactSheet sheet = mapped.Results.OfType<FactSheet>().SelectMany(s => s.Facts).Aggregate((FactSheet)team.Empty, (all, fact) => all.With(fact));
        if (mapped.Exceeded is not null)
        {
            return Ending.Exceeded(mapped.Exceeded, ExtractingTeam.EvidenceOf(sheet));
        }

        session.Emit(new StageStartedEvent(ReduceStage, 1));
        Draft draft = await team.AnswerAsync(sheet, stream: true, cancellationToken).ConfigureAwait(false);
        return Ending.Of(draft.Text, draft.Evidence, session.DeadLetters.Count, reading.Chunks.Count);
    }

    private Reading Prepare(IReadOnlyList<Document> documents, string? question, RunSession session)
    {
        var caller = new AgentCaller(_model, session, _options.Calls);
        var family = TaskFamilies.Load(_options.Family == TaskFamily.Auto ? TaskFamilies.Choose(question, documents) : _options.Family, _options.Agents, _options.Structured);
        bool scores = question is not null && WorkerChoice.Scores(_options.Worker, _options.SmallModelParameters, _model);
        if (!scores && _direct.Fits(documents, question))
        {
            return new Reading(caller, family, null, [], _direct.Plan(documents, question));
        }

        ScoringTeam? team = scores ? new ScoringTeam(caller, _chain, question!, new ChainOfAgentsOptions { AnswerTokens = _options.AnswerTokens, UnitTokens = null }) : null;
        Dictionary<string, object?> task = Task(question);
        StageBudget budget = team?.WorkerBudget ?? new StageBudget
        {
            Stage = MapStage,
            Window = _model.Window,
            Template = caller.CountPrompt(family.Map, Mapped(caller, family, task, "")),
            Reply = family.Map.Card.MaxOutput,
            Safety = _model.Safety,
        };
        budget.Require(LeastChunk);
        List<Chunk> chunks = [.. new Chunker(_model.Counter, Math.Min(budget.Chunk, _options.MaxChunkTokens)).Split(documents)];
        team?.Prepare(chunks);
        IReadOnlyList<PlanStage> stages = team?.Plan(chunks).Select(s => s with { Stage = s.Stage == Stages.Worker ? MapStage : ReduceStage }).ToList() ?? FormedPlan(caller, family, task, chunks, budget);
        return new Reading(caller, family, team, chunks, Plans.Of("mapreduce", chunks.Count, stages, _model));
    }

    /// <summary>Half of the chunks are taken to have something to say, at half the length allowed.</summary>
    private List<PlanStage> FormedPlan(AgentCaller caller, TaskFamilies family, Dictionary<string, object?> task, List<Chunk> chunks, StageBudget budget)
    {
        var collapse = new Collapse(caller, family, task, _options);
        long records = (long)Math.Ceiling(chunks.Count / 2.0) * budget.Reply / 2;
        var stages = new List<PlanStage> { new(MapStage, chunks.Count, chunks.Sum(c => (long)c.Tokens + budget.Template), (long)chunks.Count * budget.Reply) };
        if (records > collapse.ReduceBudget)
        {
            int calls = (int)Math.Ceiling((double)records / collapse.GroupBudget);
            stages.Add(new PlanStage(Collapse.Stage, calls, records + ((long)calls * (_model.Window - collapse.GroupBudget - family.Collapse.Card.MaxOutput)), (long)calls * family.Collapse.Card.MaxOutput));
        }

        int answer = _options.AnswerTokens ?? family.Reduce.Card.MaxOutput;
        stages.Add(new PlanStage(ReduceStage, 1, _model.Window - collapse.ReduceBudget - answer + Math.Min(records, collapse.ReduceBudget), answer));
        return stages;
    }

    private Dictionary<string, object?> Task(string? question) => new(ReadingTask.Variables(question, _options)) { ["calibrated"] = _options.Calibrated ? "yes" : "" };

    private static Dictionary<string, object?> Mapped(AgentCaller caller, TaskFamilies family, Dictionary<string, object?> task, string chunk) =>
        new(task) { ["chunk"] = chunk, ["form"] = caller.Form(family.Form) };

    private static List<Evidence> Best(IEnumerable<ChunkRecord> records) =>
        [.. records.OrderByDescending(r => r.Confidence).SelectMany(r => r.Evidence).DistinctBy(e => (e.Source, e.Span, e.Quote)).OrderByDescending(e => e.Verified).ThenByDescending(e => e.Confidence)];

    private sealed record Reading(AgentCaller Caller, TaskFamilies Family, ScoringTeam? Team, IReadOnlyList<Chunk> Chunks, RunPlan Plan);
}
