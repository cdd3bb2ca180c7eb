namespace Agentic.Reading;

/// <summary>A way to read documents, however long. Thread-safe.</summary>
public interface IReader
{
    /// <summary>What a run would do and cost; no model call is made.</summary>
    /// <param name="documents">What to read, in order.</param>
    /// <param name="question">What to answer; null for a summary.</param>
    /// <exception cref="DocumentException">There is no text to read.</exception>
    /// <exception cref="ConfigurationException">The question is empty.</exception>
    /// <exception cref="BudgetException">A stage does not fit the window.</exception>
    RunPlan Plan(IReadOnlyList<Document> documents, string? question = null);

    /// <summary>Reads and streams what happens; the last event is <see cref="FinishedEvent"/> with the answer, however the run ends.</summary>
    /// <param name="documents">What to read, in order.</param>
    /// <param name="question">What to answer; null for a summary.</param>
    /// <param name="cancellationToken">Cancels; the run then ends with <see cref="RunStatus.Cancelled"/>.</param>
    /// <exception cref="DocumentException">There is no text to read.</exception>
    /// <exception cref="ConfigurationException">The question is empty, or the named run is about something else.</exception>
    IAsyncEnumerable<RunEvent> RunAsync(IReadOnlyList<Document> documents, string? question = null, CancellationToken cancellationToken = default);
}
