using Agentic.Grounding;

namespace Agentic.Evaluation;

/// <summary>Asks every question of a set and scores the answers.</summary>
public static class QaEvaluation
{
    /// <summary>Answers are scored by their first words only; this many by default.</summary>
    public const int DefaultWords = 40;

    /// <summary>Scores one answer.</summary>
    /// <param name="item">The question.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="words">How many words of the answer count.</param>
    public static QaResult Score(QaItem item, Answer answer, int words = DefaultWords)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(answer);
        string text = QaMetrics.FirstWords(answer.Text, words);
        double score = item.Answers.Count == 0 ? (answer.Status == RunStatus.NotFound ? 1 : 0)
            : item.All ? QaMetrics.ShareHeld(text, item.Answers)
            : QaMetrics.Holds(text, item.Answers) ? 1 : 0;
        bool supported = item.Answers.Count > 0 && answer.Evidence.Any(e => e.Verified && (QaMetrics.Holds(e.Quote, item.Answers) || item.Evidence.Any(w => EvidenceLocator.Find(e.Quote, w.Quote) is not null)));
        return new QaResult(item, answer, text, score, supported);
    }

    /// <summary>Asks all questions, one after the other.</summary>
    /// <param name="items">The questions.</param>
    /// <param name="ask">Answers one.</param>
    /// <param name="words">How many words of an answer count.</param>
    /// <param name="done">Told each result as it comes; may be null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<QaReport> RunAsync(
        IReadOnlyList<QaItem> items, Func<QaItem, CancellationToken, Task<Answer>> ask, int words = DefaultWords, Action<QaResult>? done = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(ask);
        var results = new List<QaResult>();
        foreach (QaItem item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            QaResult result = Score(item, await ask(item, cancellationToken).ConfigureAwait(false), words);
            results.Add(result);
            done?.Invoke(result);
        }

        return new QaReport(results);
    }
}

/// <summary>One question answered and scored.</summary>
/// <param name="Item">The question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Scored">The words of it that count.</param>
/// <param name="Score">0..1.</param>
/// <param name="Supported">Whether verified evidence holds the answer.</param>
public sealed record QaResult(QaItem Item, Answer Answer, string Scored, double Score, bool Supported);

/// <summary>Results of a question set.</summary>
/// <param name="Results">All results in order.</param>
public sealed record QaReport(IReadOnlyList<QaResult> Results)
{
    /// <summary>Mean score, 0..1.</summary>
    public double Score => Results.Count == 0 ? 0 : Results.Average(r => r.Score);

    /// <summary>95 % interval of <see cref="Score"/>.</summary>
    public (double Low, double High) Interval => QaMetrics.Interval(Score, Results.Count);

    /// <summary>Share of the questions with an answer whose answer is in verified evidence.</summary>
    public double Supported => Results.Where(r => r.Item.Answers.Count > 0).Select(r => r.Supported ? 1.0 : 0).DefaultIfEmpty().Average();

    /// <summary>Share of the questions that have an answer and were said to have none.</summary>
    public double FalseNotFound => Results.Where(r => r.Item.Answers.Count > 0).Select(r => r.Answer.Status == RunStatus.NotFound ? 1.0 : 0).DefaultIfEmpty().Average();

    /// <summary>Mean score of each group, in the order of first use.</summary>
    public IReadOnlyList<(string Group, double Score, int Count)> Groups =>
        [.. Results.GroupBy(r => r.Item.Group, StringComparer.Ordinal).Select(g => (g.Key, g.Average(r => r.Score), g.Count()))];

    /// <summary>Model calls of all runs.</summary>
    public long Calls => Results.Sum(r => (long)r.Answer.Usage.Calls);

    /// <summary>Prompt and generated tokens of all runs.</summary>
    public long Tokens => Results.Sum(r => r.Answer.Usage.PromptTokens + r.Answer.Usage.GeneratedTokens);

    /// <summary>Wall time of all runs in seconds.</summary>
    public double Seconds => Results.Sum(r => r.Answer.Usage.Seconds);
}
