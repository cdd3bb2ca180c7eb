using Agentic.Agents;
using Agentic.Documents;
using Agentic.Runs;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>The paper's team: every worker rewrites a running summary, the manager answers from the last one.</summary>
internal sealed class ProseTeam : IReadingTeam
{
    private readonly AgentCaller _caller;
    private readonly Agent _worker;
    private readonly Agent _manager;
    private readonly Dictionary<string, object?> _task;
    private readonly int _unitTokens;
    private readonly int? _answerTokens;

    public ProseTeam(AgentCaller caller, ChainAgents agents, string? question, ChainOfAgentsOptions options)
    {
        _caller = caller;
        _worker = question is null ? agents.SummaryWorker : agents.Worker;
        _manager = question is null ? agents.SummaryManager : agents.Manager;
        _task = ReadingTask.Variables(question, options);
        _answerTokens = options.AnswerTokens;
        int window = caller.Model.Window;
        _unitTokens = Math.Min(options.UnitTokens ?? Math.Min(_worker.Card.MaxOutput, window / 8), _worker.Card.MaxOutput);
        WorkerBudget = new StageBudget
        {
            Stage = Stages.Worker,
            Window = window,
            Template = caller.CountPrompt(_worker, Filled("", "")),
            Carried = _unitTokens,
            Reply = _unitTokens,
            Safety = caller.Model.Safety,
        };
        new StageBudget
        {
            Stage = Stages.Manager,
            Window = window,
            Template = caller.CountPrompt(_manager, Managed("")),
            Carried = _unitTokens,
            Reply = _answerTokens ?? _manager.Card.MaxOutput,
            Safety = caller.Model.Safety,
        }.Require(0);
    }

    public StageBudget WorkerBudget { get; }

    public bool ReadsShortDocuments => false;

    public CommunicationUnit Empty => ProseUnit.Empty;

    public void Prepare(IReadOnlyList<Chunk> chunks)
    {
    }

    public IReadOnlyList<PlanStage> Plan(IReadOnlyList<Chunk> chunks) =>
    [
        new(Stages.Worker, chunks.Count, chunks.Sum(c => (long)c.Tokens + WorkerBudget.Template + (c.Index > 0 ? _unitTokens : 0)), (long)chunks.Count * _unitTokens),
        new(Stages.Manager, 1, _caller.CountPrompt(_manager, Managed("")) + _unitTokens, _answerTokens ?? _manager.Card.MaxOutput),
    ];

    public async Task<CommunicationUnit> WorkAsync(CommunicationUnit previous, Chunk chunk, CancellationToken cancellationToken)
    {
        var before = (ProseUnit)previous;
        try
        {
            AgentReply reply = await _caller.AskAsync(
                new AskRequest
                {
                    Stage = Stages.Worker,
                    Agent = _worker,
                    Variables = Filled(chunk.Text, before.Text),
                    Chunk = chunk.Index,
                    Priority = RequestPriority.Batch,
                    MaxOutput = _unitTokens,
                    Refuse = text => UnitValidator.Refuse(text, before, _caller.Model.Counter),
                },
                cancellationToken).ConfigureAwait(false);
            return new ProseUnit(Fitting(reply.Text));
        }
        catch (ModelCallException e) when (e.LastOutput is { Length: > 0 } reply)
        {
            // A reply came but may not replace the unit: keep the unit, and what of the reply is no chatter as notes behind it.
            bool useless = UnitValidator.IsChatter(reply);
            _caller.Session.Emit(new RecordDroppedEvent(Stages.Worker, chunk.Index, useless ? "The reply was chatter; the summary so far stays." : "The reply lost the summary so far; it was added as notes."));
            return useless ? before : new ProseUnit(WithNotes(before.Text, reply));
        }
    }

    public async Task<Draft> AnswerAsync(CommunicationUnit last, bool stream, CancellationToken cancellationToken)
    {
        if (last.IsEmpty)
        {
            return new Draft("", []);
        }

        AgentReply reply = await _caller.AskAsync(
            new AskRequest { Stage = Stages.Manager, Agent = _manager, Variables = Managed(last.Render()), MaxOutput = _answerTokens, Stream = stream },
            cancellationToken).ConfigureAwait(false);
        return new Draft(AnswerText.Clean(reply.Text), []);
    }

    public string Describe(CommunicationUnit unit) => $"{_caller.Model.Counter.CountText(unit.Render())} tokens of summary";

    public Draft WithoutManager(CommunicationUnit last) => new(last.Render(), []);

    private Dictionary<string, object?> Filled(string chunk, string previous) => new(_task) { ["chunk"] = chunk, ["previous"] = previous };

    private Dictionary<string, object?> Managed(string summary) => new(_task) { ["summary"] = summary };

    /// <summary>A retry may have had more room than a unit has.</summary>
    private string Fitting(string text) => text[.._caller.Model.Counter.PrefixLength(text, _unitTokens)].TrimEnd();

    private string WithNotes(string summary, string notes)
    {
        int free = _unitTokens - _caller.Model.Counter.CountText(summary) - 1;
        return free <= 0 ? summary : Fitting($"{summary}\n{notes[.._caller.Model.Counter.PrefixLength(notes, free)]}".Trim());
    }
}
