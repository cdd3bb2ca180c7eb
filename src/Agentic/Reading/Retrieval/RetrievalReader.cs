using Agentic.Agents;
using Agentic.Documents;
using Agentic.Grounding;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Reading.Relevance;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.Retrieval;

/// <summary>
/// Finds the passages that bear on a question, puts as many as fit back into the order of the document and answers from them in one call (Laitenberger, Manning and Liu 2025,
/// "Stronger Baselines for Retrieval-Augmented Generation with Long-Context Language Models": document's original structure). Thread-safe.
/// </summary>
/// <remarks>
/// Passages are found by words (BM25) and, with an embedder, by vectors, joined by rank. The baseline that every other reader has to beat, and the
/// cheapest way to ask one question of much text; what no passage resembles it cannot find. A document that fits one prompt is read by one direct call.
/// </remarks>
public sealed class RetrievalReader : IReader
{
    private const string Stage = "answer";
    private const string SearchStage = "search";
    private const int LeastContext = 128;

    private readonly ModelAccess _model;
    private readonly RetrievalOptions _options;
    private readonly ChainAgents _chain;
    private readonly Agent _answerer;
    private readonly DirectReader _direct;

    /// <summary>Creates a reader.</summary>
    /// <param name="client">The model; its optional capabilities are used where it has them.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A card or prompt is missing or wrong.</exception>
    public RetrievalReader(IChatClient client, RetrievalOptions? options = null)
    {
        _options = options ?? new RetrievalOptions();
        _model = new ModelAccess(client, _options.Window, _options.Embedder);
        _chain = new ChainAgents(_options.Agents);
        _answerer = _options.Agents.Load("retrieval-answer", [.. ReadingTask.Names, "passages"]);
        _direct = new DirectReader(client, _options);
    }

    /// <inheritdoc/>
    public RunPlan Plan(IReadOnlyList<Document> documents, string? question = null)
    {
        ReadingInput.Check(documents, question);
        return Prepare(documents, Asked(question), new RunSession()).Plan;
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">There is no question: nothing can be searched for.</exception>
    public IAsyncEnumerable<RunEvent> RunAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default)
    {
        ReadingInput.Check(documents, question);
        string asked = Asked(question);
        return RunStream.RunAsync((session, token) => ReadAsync(documents, asked, session, token), _options.Limits, _options.Time, _options.Journal, cancellationToken);
    }

    /// <summary>Reads and answers; see <see cref="RunAsync"/>.</summary>
    public Task<Answer> AskAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default) =>
        RunStream.AnswerAsync(RunAsync(documents, question, cancellationToken));

    private async Task<Answer> ReadAsync(IReadOnlyList<Document> documents, string question, RunSession session, CancellationToken cancellationToken)
    {
        Reading reading = Prepare(documents, question, session);
        await session.StartAsync(reading.Plan, () => FactsOf.Run(reading.Plan, documents, question, [_answerer, .. _chain.All], _model), cancellationToken).ConfigureAwait(false);
        if (reading.Passages.Count == 0)
        {
            return await _direct.ReadAsync(documents, question, session, cancellationToken).ConfigureAwait(false);
        }

        session.Emit(new StageStartedEvent(SearchStage, null));
        List<RatedPassage> ranked = await RankAsync(reading, question, cancellationToken).ConfigureAwait(false);
        session.Emit(new StageStartedEvent(Stage, 1));
        if (reading.Team is { } team)
        {
            FactSheet sheet = await team.JudgeAsync((FactSheet)team.Empty, [.. ranked.Take(_options.ScoredPassages)], cancellationToken).ConfigureAwait(false);
            Draft draft = await team.AnswerAsync(sheet, stream: true, cancellationToken).ConfigureAwait(false);
            return Ending.Of(draft.Text, draft.Evidence, 0, 1);
        }

        List<Passage> shown = Fitting(ranked, reading.Room);
        AgentReply reply = await reading.Caller.AskAsync(
            new AskRequest { Stage = Stage, Agent = _answerer, Variables = Variables(question, Render(shown)), MaxOutput = _options.AnswerTokens, Stream = true }, cancellationToken).ConfigureAwait(false);
        string text = AnswerText.Clean(reply.Text);
        return Ending.Of(text, text.Length == 0 ? [] : AnswerEvidence.Find(text, question, documents, Stage), 0, 1);
    }

    private async Task<List<RatedPassage>> RankAsync(Reading reading, string question, CancellationToken cancellationToken)
    {
        var terms = new QuestionTerms(question);
        if (_options.Embedder is null)
        {
            return PassageRanking.Rank(reading.Passages, terms, null, default);
        }

        var vectors = new PassageVectors(reading.Caller, _options.Vectors);
        return PassageRanking.Rank(
            reading.Passages,
            terms,
            await vectors.OfAsync(reading.Passages, cancellationToken).ConfigureAwait(false),
            await vectors.OfAsync(question, cancellationToken).ConfigureAwait(false));
    }

    private Reading Prepare(IReadOnlyList<Document> documents, string question, RunSession session)
    {
        var caller = new AgentCaller(_model, session, _options.Calls);
        bool scores = WorkerChoice.Scores(_options.Worker, _options.SmallModelParameters, _model);
        if (!scores && _direct.Fits(documents, question))
        {
            return new Reading(caller, null, [], 0, _direct.Plan(documents, question));
        }

        ScoringTeam? team = scores ? new ScoringTeam(caller, _chain, question, new ChainOfAgentsOptions { AnswerTokens = _options.AnswerTokens }) : null;
        int reply = _options.AnswerTokens ?? _answerer.Card.MaxOutput;
        int template = caller.CountPrompt(_answerer, Variables(question, ""));
        var budget = new StageBudget { Stage = Stage, Window = _model.Window, Template = template, Reply = reply, Safety = _model.Safety };
        budget.Require(LeastContext);
        int room = Math.Min(budget.Chunk, _options.ContextTokens ?? int.MaxValue);

        // A chunk is only what passages are cut from: as large as a counter bears.
        List<Chunk> chunks = [.. new Chunker(_model.Counter, 16_000).Split(documents)];
        var splitter = new PassageSplitter(_model.Counter, _options.PassageTokens / 2, _options.PassageTokens);
        List<Passage> passages = [.. chunks.SelectMany(splitter.Split)];
        team?.Prepare(chunks);
        List<PlanStage> stages = [];
        if (_options.Embedder is not null)
        {
            stages.Add(new PlanStage("embed", passages.GroupBy(p => p.Document).Sum(g => (g.Count() + 255) / 256) + 1, chunks.Sum(c => (long)c.Tokens), 0));
        }

        stages.Add(team is null
            ? new PlanStage(Stage, 1, template + Math.Min(room, chunks.Sum(c => (long)c.Tokens)), reply)
            : new PlanStage(Stage, 3, (long)_options.ScoredPassages * (_options.PassageTokens + team.WorkerBudget.Template), _chain.Answerer.Card.MaxOutput));
        return new Reading(caller, team, passages, room, Plans.Of("retrieve", passages.Count, stages, _model));
    }

    /// <summary>The best passages that fit, in the order in which they are shown.</summary>
    private List<Passage> Fitting(List<RatedPassage> ranked, int room)
    {
        var kept = new List<Passage>();
        int left = room;
        foreach (RatedPassage passage in ranked)
        {
            // Headings and separators count too; texts joined count a little more than alone.
            int tokens = _model.Counter.CountText(Render([passage.Passage])) + 4;
            if (tokens <= left)
            {
                kept.Add(passage.Passage);
                left -= tokens;
            }
            else if (left < _options.PassageTokens / 4)
            {
                break;
            }
        }

        return _options.DocumentOrder ? [.. kept.OrderBy(p => p.Chunk).ThenBy(p => p.Span.Start)] : kept;
    }

    /// <summary>Passages under their source and heading; neighbours run on.</summary>
    private static string Render(IReadOnlyList<Passage> passages)
    {
        var text = new System.Text.StringBuilder();
        Passage? before = null;
        foreach (Passage passage in passages)
        {
            bool goesOn = before is not null && before.Document == passage.Document && before.Span.End == passage.Span.Start;
            if (!goesOn)
            {
                text.Append(before is null ? "" : "\n\n").Append('[').Append(passage.Document.Name);
                text.Append(passage.Heading.Length > 0 ? $": {passage.Heading}]\n" : "]\n");
            }
            else
            {
                text.Append('\n');
            }

            text.Append(passage.Text);
            before = passage;
        }

        return text.ToString();
    }

    private Dictionary<string, object?> Variables(string question, string passages) => new(ReadingTask.Variables(question, _options)) { ["passages"] = passages };

    private static string Asked(string? question) =>
        question ?? throw new ConfigurationException("Retrieval needs a question to search for.", "Summarise by a chain or by map-reduce.");

    private sealed record Reading(AgentCaller Caller, ScoringTeam? Team, IReadOnlyList<Passage> Passages, int Room, RunPlan Plan);
}
