namespace Agentic;

/// <summary>The journal of one run: calls that are paid for are never asked again. Thread-safe.</summary>
/// <remarks>A call is complete once <see cref="CommitAsync"/> returned: from then on it survives the death of the process.</remarks>
public interface IRunJournal : IAsyncDisposable
{
    /// <summary>Name of the run.</summary>
    string Run { get; }

    /// <summary>Calls that were on record when the run was opened; 0 for a new run.</summary>
    int Known { get; }

    /// <summary>A completed call; null when it has to be made.</summary>
    /// <exception cref="StorageException">The journal cannot be read.</exception>
    ValueTask<JournalledCall?> FindAsync(CallKey key, CancellationToken cancellationToken = default);

    /// <summary>Writes a completed call down, with the events since the last one.</summary>
    /// <exception cref="StorageException">The journal cannot be written.</exception>
    ValueTask CommitAsync(CallKey key, JournalledCall call, CancellationToken cancellationToken = default);

    /// <summary>Takes an event; it is written with the next call or at the end.</summary>
    void Record(RunEvent happened);

    /// <summary>Writes down how the run ended.</summary>
    /// <exception cref="StorageException">The journal cannot be written.</exception>
    ValueTask FinishAsync(Answer answer, CancellationToken cancellationToken = default);
}

/// <summary>Names a call within a run.</summary>
/// <param name="Hash">Hash of all that decides the reply: model and weights, how they are run, sampling, schema, tools, the rendered prompt.</param>
/// <param name="Occurrence">The how manieth such call of the run, from 0.</param>
public readonly record struct CallKey(string Hash, int Occurrence);

/// <summary>A completed call.</summary>
/// <param name="Stage">Stage it belonged to.</param>
/// <param name="Verb">Ask, Choose, Embed or Probe.</param>
/// <param name="Result">What came of it, in the form of the verb.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, served from a cache.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record JournalledCall(string Stage, string Verb, ReadOnlyMemory<byte> Result, long PromptTokens, long CachedTokens, long GeneratedTokens, double Seconds);
