using Agentic.Agents;
using Agentic.Grounding;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.Direct;

/// <summary>Reads documents that fit the window with one call. Thread-safe.</summary>
public sealed class DirectReader : IReader
{
    private const string Stage = "direct";

    private readonly ModelAccess _model;
    private readonly ReadingOptions _options;
    private readonly Agent _answer;
    private readonly Agent _summary;

    /// <summary>Creates a reader.</summary>
    /// <param name="client">The model.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="ConfigurationException">A card or prompt is missing or wrong.</exception>
    public DirectReader(IChatClient client, ReadingOptions? options = null)
    {
        _options = options ?? new ReadingOptions();
        _model = new ModelAccess(client, _options.Window);
        _answer = _options.Agents.Load("direct-question", [.. ReadingTask.Names, "document"]);
        _summary = _options.Agents.Load("direct-summary", [.. ReadingTask.Names, "document"]);
    }

    /// <summary>Whether documents, question and reply fit one prompt.</summary>
    public bool Fits(IReadOnlyList<Document> documents, string? question)
    {
        ArgumentNullException.ThrowIfNull(documents);

        // A token holds at least one character on average; longer texts need no counting.
        return documents.Sum(d => (long)d.Text.Length) <= 16L * _model.Window
            && Caller(new RunSession()).CountPrompt(AgentFor(question), Variables(documents, question)) + Reply(question) + _model.Safety <= _model.Window;
    }

    /// <inheritdoc/>
    public RunPlan Plan(IReadOnlyList<Document> documents, string? question = null)
    {
        int prompt = Caller(new RunSession()).CountPrompt(AgentFor(question), Variables(documents, question));
        return Plans.Of(Stage, 1, [new PlanStage(Stage, 1, prompt, Reply(question))], _model);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RunEvent> RunAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default)
    {
        ReadingInput.Check(documents, question);
        return RunStream.RunAsync(
            async (session, token) =>
            {
                RunPlan plan = Plan(documents, question);
                await session.StartAsync(plan, () => FactsOf.Run(plan, documents, question, [AgentFor(question)], _model), token).ConfigureAwait(false);
                return await ReadAsync(documents, question, session, token).ConfigureAwait(false);
            },
            _options.Limits,
            _options.Time,
            _options.Journal,
            cancellationToken);
    }

    /// <summary>Reads and answers; see <see cref="RunAsync"/>.</summary>
    public Task<Answer> AskAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default) =>
        RunStream.AnswerAsync(RunAsync(documents, question, cancellationToken));

    /// <summary>One call within a run.</summary>
    internal async Task<Answer> ReadAsync(IReadOnlyList<Document> documents, string? question, RunSession session, CancellationToken cancellationToken)
    {
        session.Emit(new StageStartedEvent(Stage, 1));
        AgentReply reply = await Caller(session).AskAsync(
            new AskRequest
            {
                Stage = Stage,
                Agent = AgentFor(question),
                Variables = Variables(documents, question),
                MaxOutput = _options.AnswerTokens,
                Stream = true,
            },
            cancellationToken).ConfigureAwait(false);
        string text = question is null ? reply.Text : AnswerText.Clean(reply.Text);
        return text.Length == 0
            ? new Answer { Status = RunStatus.NotFound, Reason = "The documents do not say." }
            : new Answer { Status = RunStatus.Answered, Text = text, Evidence = question is null ? [] : AnswerEvidence.Find(text, question, documents, Stage) };
    }

    private AgentCaller Caller(RunSession session) => new(_model, session, _options.Calls);

    private Agent AgentFor(string? question) => question is null ? _summary : _answer;

    private int Reply(string? question) => _options.AnswerTokens ?? AgentFor(question).Card.MaxOutput;

    private Dictionary<string, object?> Variables(IReadOnlyList<Document> documents, string? question)
    {
        IEnumerable<Document> texts = documents.Where(d => !string.IsNullOrWhiteSpace(d.Text));
        string joined = documents.Count == 1 ? documents[0].Text : string.Join("\n\n", texts.Select(d => $"Document: {d.Name}\n\n{d.Text}"));
        return new Dictionary<string, object?>(ReadingTask.Variables(question, _options)) { ["document"] = joined };
    }
}
