namespace Agentic.Inference.Hosting.Scoring;

/// <summary>
/// Scoring a text as the continuation of its own beginning. One token more is appended, which is never computed: so the last row's entropy,
/// the uncertainty of what would follow, comes with the others.
/// </summary>
internal sealed class PromptScoring
{
    private const int Beyond = 0;
    private readonly int[] _from;

    public PromptScoring(IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from)
    {
        if (from is not null && from.Count != prompts.Count)
        {
            throw new ArgumentException($"{prompts.Count} texts need as many first positions, not {from.Count}.", nameof(from));
        }

        _from = new int[prompts.Count];
        var requests = new ScoringRequest[prompts.Count];
        for (int i = 0; i < requests.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(prompts[i]);
            int first = _from[i] = from?[i] ?? 0;
            if (first < 0 || first >= Math.Max(1, prompts[i].Count))
            {
                throw new ArgumentException($"Text {i} has {prompts[i].Count} tokens; position {first} is not one of them.", nameof(from));
            }

            int context = Math.Max(1, first);
            requests[i] = new ScoringRequest([.. prompts[i].Take(context)], [[.. prompts[i].Skip(context), Beyond]]);
        }

        Requests = requests;
    }

    public IReadOnlyList<ScoringRequest> Requests { get; }

    public IReadOnlyList<PromptScore> Results(IReadOnlyList<ScoringResult> scores, IReadOnlyList<double[][]> entropies)
    {
        var results = new PromptScore[scores.Count];
        for (int i = 0; i < results.Length; i++)
        {
            // Number k belongs to the row of position context − 1 + k: its entropy is told there, its log-probability is of the token after it.
            IReadOnlyList<double> logProbs = scores[i].Candidates[0];
            double[] known = [.. logProbs.Take(logProbs.Count - 1)];
            results[i] = _from[i] == 0
                ? new PromptScore(0, [double.NaN, .. known], entropies[i][0], scores[i].PromptTokens - 1, scores[i].CachedTokens)
                : new PromptScore(_from[i], known, entropies[i][0][1..], scores[i].PromptTokens - 1, scores[i].CachedTokens);
        }

        return results;
    }
}
