using Agentic.Agents;

namespace Agentic.Reading.Relevance;

/// <summary>Judges passages by query likelihood: how probable the question is after the passage (Ponte and Croft 1998; with language models, Sachan et al. 2022).</summary>
internal sealed class PassageJudge
{
    public const int LeastTokens = 60;
    public const int MostTokens = 150;

    private readonly AgentCaller _caller;
    private readonly Agent _agent;
    private readonly IReadOnlyList<int> _question;

    public PassageJudge(AgentCaller caller, Agent agent, string question)
    {
        _caller = caller;
        _agent = agent;
        _question = caller.Model.ScoringTokens!.Encode(question);
        Overhead = caller.CountPrompt(agent, Variables("")) + _question.Count;
    }

    /// <summary>Tokens of one judgement beside the passage.</summary>
    public int Overhead { get; }

    /// <summary>Mean log-probability a token of the question after each passage.</summary>
    public async Task<IReadOnlyList<double>> ScoreAsync(string stage, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        if (passages.Count == 0)
        {
            return [];
        }

        IReadOnlyList<int>[] candidates = [_question];
        ScoringRequest[] requests = [.. passages.Select(p => new ScoringRequest(_caller.Ids(_agent, Variables(p.TextWithHeading)), candidates))];
        IReadOnlyList<ScoringResult> results = await _caller.ScoreAsync(stage, requests, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(r => r.Mean(0))];
    }

    /// <summary>One number of both signals.</summary>
    public static double Relevance(double likelihood, double words) => likelihood + words;

    private static Dictionary<string, object?> Variables(string passage) => new(StringComparer.Ordinal) { ["passage"] = passage };
}
