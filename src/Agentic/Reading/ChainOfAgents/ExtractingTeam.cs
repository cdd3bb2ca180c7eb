using Agentic.Agents;
using Agentic.Documents;
using Agentic.Grounding;
using Agentic.Runs;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>Workers copy quotations into a fact sheet, the manager answers from it. For models that follow a form.</summary>
internal sealed class ExtractingTeam : IReadingTeam
{
    /// <summary>What an unverified quotation loses: it may be a paraphrase, or invented.</summary>
    private const double UnverifiedShare = 0.4;

    private readonly AgentCaller _caller;
    private readonly ChainAgents _agents;
    private readonly Dictionary<string, object?> _task;
    private readonly int _unitTokens;
    private readonly int _answerTokens;

    public ExtractingTeam(AgentCaller caller, ChainAgents agents, string question, ChainOfAgentsOptions options)
    {
        _caller = caller;
        _agents = agents;
        _task = ReadingTask.Variables(question, options);
        _answerTokens = options.AnswerTokens ?? agents.FactManager.Card.MaxOutput;
        int window = caller.Model.Window;
        _unitTokens = options.UnitTokens ?? Math.Min(1024, window / 8);
        WorkerBudget = new StageBudget
        {
            Stage = Stages.Worker,
            Window = window,
            Template = caller.CountPrompt(agents.Extractor, Filled("", "")),
            Carried = _unitTokens,
            Reply = agents.Extractor.Card.MaxOutput,
            Safety = caller.Model.Safety,
        };
        new StageBudget
        {
            Stage = Stages.Manager,
            Window = window,
            Template = caller.CountPrompt(agents.FactManager, Managed("")),
            Carried = _unitTokens,
            Reply = _answerTokens,
            Safety = caller.Model.Safety,
        }.Require(0);
    }

    public StageBudget WorkerBudget { get; }

    public bool ReadsShortDocuments => false;

    /// <summary>Facts take their quotation and a few tokens of number, heading and marks; a tenth is left for the candidate and open questions.</summary>
    public CommunicationUnit Empty => new FactSheet(_unitTokens * 9 / 10);

    public void Prepare(IReadOnlyList<Chunk> chunks)
    {
    }

    public IReadOnlyList<PlanStage> Plan(IReadOnlyList<Chunk> chunks) =>
    [
        new(Stages.Worker, chunks.Count, chunks.Sum(c => (long)c.Tokens + WorkerBudget.Template + (c.Index > 0 ? _unitTokens / 2 : 0)), (long)chunks.Count * WorkerBudget.Reply),
        new(Stages.Manager, 1, _caller.CountPrompt(_agents.FactManager, Managed("")) + _unitTokens, _answerTokens),
    ];

    public async Task<CommunicationUnit> WorkAsync(CommunicationUnit previous, Chunk chunk, CancellationToken cancellationToken)
    {
        var sheet = (FactSheet)previous;
        AgentReply reply = await _caller.AskAsync(
            new AskRequest
            {
                Stage = Stages.Worker,
                Agent = _agents.Extractor,
                Variables = Filled(chunk.Text, Shown(sheet)),
                Chunk = chunk.Index,
                Priority = RequestPriority.Batch,
                Refuse = text => Extraction.Parse(text).Complete ? null : "It has none of the fields QUOTE, RELEVANCE, ANSWER, OPEN, and does not say NONE.",
            },
            cancellationToken).ConfigureAwait(false);
        var found = Extraction.Parse(reply.Text);
        foreach ((string quote, double relevance) in found.Quotes)
        {
            Evidence evidence = EvidenceLocator.Locate(chunk.Document, quote, Stages.Worker, chunk.Index, relevance, chunk.Span);
            sheet = sheet.With(ToFact(evidence, chunk, relevance), Dropped);
        }

        double best = found.Quotes.Count > 0 ? found.Quotes.Max(q => q.Relevance) : 0;
        return sheet.WithCandidate(found.Answer, best).WithOpenQuestion(found.Open);
    }

    public async Task<Draft> AnswerAsync(CommunicationUnit last, bool stream, CancellationToken cancellationToken)
    {
        var sheet = (FactSheet)last;
        if (sheet.IsEmpty)
        {
            return new Draft("", []);
        }

        AgentReply reply = await _caller.AskAsync(
            new AskRequest { Stage = Stages.Manager, Agent = _agents.FactManager, Variables = Managed(Shown(sheet)), MaxOutput = _answerTokens, Stream = stream },
            cancellationToken).ConfigureAwait(false);
        return new Draft(AnswerText.Clean(reply.Text), EvidenceOf(sheet));
    }

    public string Describe(CommunicationUnit unit) => $"{((FactSheet)unit).Facts.Count} facts";

    public Draft WithoutManager(CommunicationUnit last)
    {
        var sheet = (FactSheet)last;
        return new Draft(sheet.Candidate?.Text ?? sheet.ByRelevance.FirstOrDefault()?.Evidence.Quote ?? "", EvidenceOf(sheet));
    }

    internal static IReadOnlyList<Evidence> EvidenceOf(FactSheet sheet) => [.. sheet.ByRelevance.Select(f => f.Evidence)];

    private Fact ToFact(Evidence evidence, Chunk chunk, double relevance)
    {
        double worth = relevance * (evidence.Verified ? 1 : UnverifiedShare);
        return new Fact(evidence with { Confidence = worth }, chunk.Document, evidence.Span, "", worth, _caller.Model.Counter.CountText(evidence.Quote) + 8);
    }

    /// <summary>The sheet as a prompt shows it, within the unit's tokens whatever candidate and open questions add.</summary>
    private string Shown(FactSheet sheet)
    {
        string text = sheet.Render();
        return text[.._caller.Model.Counter.PrefixLength(text, _unitTokens)];
    }

    private void Dropped(Fact fact) =>
        _caller.Session.Emit(new RecordDroppedEvent(Stages.Worker, fact.Evidence.Chunk, $"The fact sheet is full; its least relevant fact went: {fact.Evidence.Quote}"));

    private Dictionary<string, object?> Filled(string chunk, string previous) => new(_task) { ["chunk"] = chunk, ["previous"] = previous };

    private Dictionary<string, object?> Managed(string facts) => new(_task) { ["facts"] = facts };
}
