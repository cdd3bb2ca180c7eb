using Agentic.Agents;

namespace Agentic.Reading.Relevance;

/// <summary>Judges texts by query likelihood: how probable the question is after the text (Ponte and Croft 1998; with language models, Sachan et al. 2022).</summary>
internal sealed class QuestionLikelihood
{
    private readonly AgentCaller _caller;
    private readonly Agent _agent;
    private readonly IReadOnlyList<int> _question;

    /// <param name="caller">The door.</param>
    /// <param name="agent">Its prompt is the context, as plain text without a chat template: a small model knows texts better than turns.</param>
    /// <param name="question">The question.</param>
    public QuestionLikelihood(AgentCaller caller, Agent agent, string question)
    {
        _caller = caller;
        _agent = agent;
        _question = caller.Model.ScoringTokens!.Encode(" " + question.Trim());
        Overhead = Context("").Count + _question.Count;
    }

    /// <summary>Tokens of one judgement beside the text.</summary>
    public int Overhead { get; }

    /// <summary>Mean log-probability a token of the question after each text, all in one call. An empty text gives its own likelihood.</summary>
    public async Task<IReadOnlyList<double>> ScoreAsync(string stage, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
        {
            return [];
        }

        IReadOnlyList<int>[] candidates = [_question];
        ScoringRequest[] requests = [.. texts.Select(t => new ScoringRequest(Context(t), candidates) { Priority = RequestPriority.Batch })];
        IReadOnlyList<ScoringResult> results = await _caller.ScoreAsync(stage, requests, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(r => r.Mean(0))];
    }

    private IReadOnlyList<int> Context(string text) =>
        _caller.Model.ScoringTokens!.Encode(_agent.Prompt.Render(new Dictionary<string, object?>(StringComparer.Ordinal) { ["passage"] = text }));
}
