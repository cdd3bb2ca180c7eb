using System.Text;

namespace Agentic.Tests;

/// <summary>Scores by a script; ids are the text's UTF-16 units, so that the script sees what was asked.</summary>
internal sealed class ScriptedScorer(Func<string, string, double> mean) : IContinuationScorer, IScoringTokens
{
    /// <summary>Whether <see cref="Asked"/> is kept.</summary>
    public bool Remembers { get; init; } = true;

    public List<(string Context, string Candidate)> Asked { get; } = [];

    public IReadOnlyList<int> Encode(string text) => [.. text.Select(c => (int)c)];

    public Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<ScoringResult> results = [];
        foreach (ScoringRequest request in requests)
        {
            List<IReadOnlyList<double>> scores = [];
            foreach (IReadOnlyList<int> candidate in request.Candidates)
            {
                (string context, string text) = (Text(request.Context), Text(candidate));
                if (Remembers)
                {
                    Asked.Add((context, text));
                }

                scores.Add([.. Enumerable.Repeat(mean(context, text), candidate.Count)]);
            }

            results.Add(new ScoringResult(scores, request.Context.Count + request.Candidates.Sum(c => c.Count), 0));
        }

        return Task.FromResult<IReadOnlyList<ScoringResult>>(results);
    }

    private static string Text(IEnumerable<int> ids) => ids.Aggregate(new StringBuilder(), (b, i) => b.Append((char)i)).ToString();
}
