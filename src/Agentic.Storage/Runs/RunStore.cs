using System.Text.Json;
using Agentic.Storage.Sqlite;

namespace Agentic.Storage.Runs;

/// <summary>Runs in a workspace.</summary>
internal sealed class RunStore(Database database, string locks, TimeProvider time) : IRunStore
{
    // What a later run of the same command takes up again: everything that did not come to its end.
    private const string Interrupted = "(status IS NULL OR status NOT IN ('Answered', 'NotFound'))";
    private const string Summary =
        "SELECT r.name, r.strategy, r.subject, r.started, r.status, COUNT(c.number), COALESCE(SUM(c.prompt_tokens), 0), COALESCE(SUM(c.generated_tokens), 0), r.facts, r.answer, r.id"
        + " FROM runs r LEFT JOIN calls c ON c.run = r.id";

    public Task<IRunJournal> OpenAsync(RunOpening opening, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(opening);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IRunJournal>(opening.Run is { } name ? OpenNamed(name, opening) : OpenUnnamed(opening));
    }

    public Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<RunRecord>>(database.Query($"{Summary} GROUP BY r.id ORDER BY r.id DESC", row => RunRows.Record(row)));
    }

    public Task<RunDetails?> FindAsync(string run, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Transaction(() =>
        {
            var found = database.Query(
                $"{Summary} WHERE r.name = $1 GROUP BY r.id",
                row => (Record: RunRows.Record(row), Facts: row.GetString(8), Answer: row.IsDBNull(9) ? null : row.GetString(9), Id: row.GetInt64(10)),
                run);
            if (found.Count == 0)
            {
                return null;
            }

            var (record, facts, answer, id) = found[0];
            return new RunDetails(
                record,
                new RunFacts(record.Strategy, record.Subject, RunRows.Facts(facts)),
                database.Query("SELECT stage, verb, result, prompt_tokens, cached_tokens, generated_tokens, seconds FROM calls WHERE run = $1 ORDER BY number", row => RunRows.Call(row), id),
                database.Query("SELECT event FROM events WHERE run = $1 ORDER BY id", row => row.GetString(0), id),
                answer);
        }));
    }

    public Task<bool> DeleteAsync(string run, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (database.Query("SELECT id FROM runs WHERE name = $1", row => row.GetInt64(0), run).Count == 0)
        {
            return Task.FromResult(false);
        }

        using (RunLock.Take(locks, run) ?? throw GoesOn(run))
        {
            database.Execute("DELETE FROM runs WHERE name = $1", run);
            database.Settle();
        }

        return Task.FromResult(true);
    }

    private RunJournal OpenNamed(string name, RunOpening opening)
    {
        RunName.Check(name);
        RunLock taken = RunLock.Take(locks, name) ?? throw GoesOn(name);
        try
        {
            var known = database.Query("SELECT id, strategy, subject, facts FROM runs WHERE name = $1", row =>
                (Id: row.GetInt64(0), Facts: new RunFacts(row.GetString(1), row.GetString(2), RunRows.Facts(row.GetString(3)))), name);
            if (known.Count == 0)
            {
                return Begin(name, opening.Facts, taken);
            }

            IReadOnlyList<string> differences = known[0].Facts.Differences(opening.Facts);
            if (differences.Count == 0)
            {
                return Continue(known[0].Id, name, taken);
            }

            if (opening.Fork)
            {
                RunJournal fork = BeginUnnamed(opening.Facts);
                fork.TakeOver(known[0].Id);
                taken.Dispose();
                return fork;
            }

            throw new ConfigurationException(
                $"The run {name} is about something else: {string.Join("; ", differences.Take(5))}{(differences.Count > 5 ? $" and {differences.Count - 5} more" : "")}.",
                "Give the new run another name, or fork the old one (--fork): calls that are the same are taken over.");
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private RunJournal OpenUnnamed(RunOpening opening)
    {
        if (!opening.Fresh)
        {
            string hash = RunRows.Hash(opening.Facts);
            foreach ((long id, string name) in database.Query($"SELECT id, name FROM runs WHERE facts_hash = $1 AND {Interrupted} ORDER BY id DESC", row => (row.GetInt64(0), row.GetString(1)), hash))
            {
                if (RunLock.Take(locks, name) is { } taken)
                {
                    return Continue(id, name, taken);
                }
            }
        }

        return BeginUnnamed(opening.Facts);
    }

    private RunJournal BeginUnnamed(RunFacts facts)
    {
        string name = RunName.New(facts.Strategy);
        return Begin(name, facts, RunLock.Take(locks, name) ?? throw GoesOn(name));
    }

    private RunJournal Begin(string name, RunFacts facts, RunLock taken)
    {
        long id = database.Query(
            "INSERT INTO runs (name, strategy, subject, facts, facts_hash, started) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            row => row.GetInt64(0),
            name,
            facts.Strategy,
            facts.Subject,
            JsonSerializer.Serialize(facts.Facts),
            RunRows.Hash(facts),
            time.GetUtcNow().ToUnixTimeMilliseconds())[0];
        return new RunJournal(database, id, name, taken);
    }

    private RunJournal Continue(long id, string name, RunLock taken)
    {
        database.Execute("UPDATE runs SET status = NULL, answer = NULL WHERE id = $1", id);
        return new RunJournal(database, id, name, taken);
    }

    private static ConfigurationException GoesOn(string name) => new($"The run {name} is going on in another process.", "Wait for it to end, or take another name.");
}
