using System.Text.Json;
using System.Text.Json.Serialization;
using Agentic.Storage.Sqlite;

namespace Agentic.Storage.Runs;

/// <summary>The journal of one run in a workspace.</summary>
internal sealed class RunJournal : IRunJournal
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Database _database;
    private readonly long _id;
    private readonly RunLock _lock;
    private readonly Lock _events = new();
    private List<string> _waiting = [];
    private int _number;

    public RunJournal(Database database, long id, string name, RunLock taken)
    {
        (_database, _id, Run, _lock) = (database, id, name, taken);
        _number = Known = Count();
    }

    public string Run { get; }

    public int Known { get; private set; }

    public ValueTask<JournalledCall?> FindAsync(CallKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        List<JournalledCall> found = _database.Query(
            "SELECT stage, verb, result, prompt_tokens, cached_tokens, generated_tokens, seconds FROM calls WHERE run = $1 AND hash = $2 AND occurrence = $3",
            row => RunRows.Call(row),
            _id,
            key.Hash,
            key.Occurrence);
        return ValueTask.FromResult(found.Count > 0 ? found[0] : null);
    }

    public ValueTask CommitAsync(CallKey key, JournalledCall call, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        cancellationToken.ThrowIfCancellationRequested();
        Write(() => _database.Execute(
            "INSERT OR IGNORE INTO calls (run, hash, occurrence, number, stage, verb, result, prompt_tokens, cached_tokens, generated_tokens, seconds)"
            + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            _id,
            key.Hash,
            key.Occurrence,
            Interlocked.Increment(ref _number),
            call.Stage,
            call.Verb,
            call.Result.ToArray(),
            call.PromptTokens,
            call.CachedTokens,
            call.GeneratedTokens,
            call.Seconds));
        return ValueTask.CompletedTask;
    }

    public void Record(RunEvent happened)
    {
        string json = JsonSerializer.Serialize(happened, Json);
        lock (_events)
        {
            _waiting.Add(json);
        }
    }

    public ValueTask FinishAsync(Answer answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        cancellationToken.ThrowIfCancellationRequested();
        string json = JsonSerializer.Serialize(answer with { Trace = [] }, Json);
        Write(() => _database.Execute("UPDATE runs SET status = $2, answer = $3 WHERE id = $1", _id, answer.Status.ToString(), json));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes over the calls of another run: those that are asked again alike need not be paid for.</summary>
    internal void TakeOver(long other)
    {
        _database.Execute(
            "INSERT OR IGNORE INTO calls (run, hash, occurrence, number, stage, verb, result, prompt_tokens, cached_tokens, generated_tokens, seconds)"
            + " SELECT $1, hash, occurrence, number, stage, verb, result, prompt_tokens, cached_tokens, generated_tokens, seconds FROM calls WHERE run = $2",
            _id,
            other);
        _number = Known = Count();
    }

    private int Count() => _database.Query("SELECT COUNT(*) FROM calls WHERE run = $1", row => row.GetInt32(0), _id)[0];

    /// <summary>Writes something with the events that wait, all or nothing.</summary>
    private void Write(Action write)
    {
        List<string> events;
        lock (_events)
        {
            (events, _waiting) = (_waiting, []);
        }

        try
        {
            _database.Transaction(() =>
            {
                foreach (string json in events)
                {
                    _database.Execute("INSERT INTO events (run, event) VALUES ($1, $2)", _id, json);
                }

                write();
                return 0;
            });
        }
        catch (StorageException)
        {
            lock (_events)
            {
                _waiting.InsertRange(0, events);
            }

            throw;
        }
    }
}
