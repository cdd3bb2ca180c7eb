namespace Agentic;

/// <summary>Where runs are journalled: what was asked of a model, what it said, and what the run was about. Thread-safe; several processes may use one store at once.</summary>
/// <remarks>A store holds documents and replies in clear.</remarks>
public interface IRunStore
{
    /// <summary>Begins a run, or continues one of the same name, or the last interrupted one about exactly the same when no name is given.</summary>
    /// <exception cref="ConfigurationException">The run of this name is about something else (the message says what changed), is going on elsewhere, or its name is impossible.</exception>
    /// <exception cref="StorageException">The store cannot be read or written.</exception>
    Task<IRunJournal> OpenAsync(RunOpening opening, CancellationToken cancellationToken = default);

    /// <summary>All runs, the newest first.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One run; null when there is none of this name.</summary>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    Task<RunDetails?> FindAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Deletes a run with all that was said in it, and overwrites the place where it stood.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ConfigurationException">The run is going on.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    Task<bool> DeleteAsync(string run, CancellationToken cancellationToken = default);
}

/// <summary>What to open.</summary>
/// <param name="Facts">What the run is about.</param>
public sealed record RunOpening(RunFacts Facts)
{
    /// <summary>Name of the run: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 64; null to continue an interrupted run with the same facts or begin one with a new name.</summary>
    public string? Run { get; init; }

    /// <summary>When the facts differ from those of the named run, begin a new run that takes over its calls, in place of a refusal.</summary>
    public bool Fork { get; init; }

    /// <summary>Never continue an interrupted run that was not named. Default no.</summary>
    public bool Fresh { get; init; }
}

/// <summary>One journalled run.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Strategy">What it did, such as <c>chain</c>.</param>
/// <param name="Subject">What it was asked; shortened.</param>
/// <param name="Started">When it began.</param>
/// <param name="Status">How it ended; null while it goes on or when it was interrupted.</param>
/// <param name="Calls">Calls on record.</param>
/// <param name="PromptTokens">Tokens of their prompts.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
public sealed record RunRecord(string Run, string Strategy, string Subject, DateTimeOffset Started, RunStatus? Status, int Calls, long PromptTokens, long GeneratedTokens);

/// <summary>All that is known of a run.</summary>
/// <param name="Record">Its summary.</param>
/// <param name="Facts">What it is about.</param>
/// <param name="Calls">Its calls, in the order in which they ended.</param>
/// <param name="Events">Its events as JSON, in order.</param>
/// <param name="Answer">Its answer as JSON; null while there is none.</param>
public sealed record RunDetails(RunRecord Record, RunFacts Facts, IReadOnlyList<JournalledCall> Calls, IReadOnlyList<string> Events, string? Answer);
