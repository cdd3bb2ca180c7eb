using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Agentic.Storage.Sqlite;

/// <summary>One SQLite file with versioned tables, and one connection to it that threads take in turn. What goes wrong is said in one sentence.</summary>
internal sealed class Database : IDisposable
{
    private const int BusySeconds = 30;
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly string _file;

    private Database(string file, SqliteConnection connection) => (_file, _connection) = (file, connection);

    /// <summary>Opens a file, which is made if it is not there, and brings its tables up to date.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="versions">For each version the statements that lead to it from the one before.</param>
    /// <exception cref="StorageException">It cannot be read or written, is damaged, or is of a newer version.</exception>
    public static Database Open(string file, IReadOnlyList<string> versions)
    {
        PrivateFiles.MakeFile(file);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        var database = new Database(file, connection);
        try
        {
            database.Do(_ => connection.Open());
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = NORMAL");
            database.Execute("PRAGMA secure_delete = ON");
            database.Execute("PRAGMA foreign_keys = ON");
            database.Upgrade(versions);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement and returns the rows changed.</summary>
    /// <exception cref="StorageException">It failed.</exception>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        object?[] given = values.ToArray();
        return Do(database => database.Command(sql, given).ExecuteNonQuery());
    }

    /// <summary>Runs a query and reads its rows.</summary>
    /// <exception cref="StorageException">It failed.</exception>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        object?[] given = values.ToArray();
        return Do(database =>
        {
            using SqliteDataReader reader = database.Command(sql, given).ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            return rows;
        });
    }

    /// <summary>Does several things in one transaction: all of them or none.</summary>
    /// <exception cref="StorageException">One failed.</exception>
    public T Transaction<T>(Func<T> work) => Do(database =>
    {
        database.Command("BEGIN IMMEDIATE", []).ExecuteNonQuery();
        try
        {
            T result = work();
            database.Command("COMMIT", []).ExecuteNonQuery();
            return result;
        }
        catch
        {
            database.RollBack();
            throw;
        }
    });

    /// <summary>Takes the log into the file and empties it, so that nothing deleted stays behind in it.</summary>
    public void Settle() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (SqliteCommand command in _commands.Values)
            {
                command.Dispose();
            }

            _commands.Clear();
            _connection.Dispose();
        }
    }

    private void Upgrade(IReadOnlyList<string> versions) => Transaction(() =>
    {
        int version = (int)Query("PRAGMA user_version", r => r.GetInt64(0))[0];
        if (version > versions.Count)
        {
            throw new StorageException(
                $"{_file} was written by a newer version of Agentic (format {version}, known here up to {versions.Count}).", "Update Agentic, or name another folder by --workspace.");
        }

        for (; version < versions.Count; version++)
        {
            Execute(versions[version]);
        }

        return Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
    });

    private SqliteCommand Command(string sql, object?[] values)
    {
        if (!_commands.TryGetValue(sql, out SqliteCommand? command))
        {
            _commands[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter($"${i + 1}", null));
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private void RollBack()
    {
        try
        {
            Command("ROLLBACK", []).ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    private void Do(Action<Database> work) => Do(database =>
    {
        work(database);
        return 0;
    });

    private T Do<T>(Func<Database, T> work)
    {
        lock (_lock)
        {
            try
            {
                return work(this);
            }
            catch (SqliteException e)
            {
                throw Explained(e);
            }
        }
    }

    private StorageException Explained(SqliteException e) => e.SqliteErrorCode switch
    {
        5 or 6 => new($"{_file} was busy for {BusySeconds} seconds: another process writes to it.", "Wait for it to end, or name another folder by --workspace.", e),
        8 or 3 or 14 => new($"{_file} cannot be opened for writing.", "Make its folder writable, or name another one by --workspace.", e),
        13 => new($"The disk that holds {_file} is full; what was journalled before is kept.", "Make room and run the same command again: it goes on where it stopped.", e),
        10 => new($"{_file} cannot be read or written; what was journalled before is kept.", "Make room on its disk, or check it; then run the same command again.", e),
        11 or 26 => new($"{_file} is damaged or not a workspace.", "Move it away: a new one is made; runs and summaries in it are lost.", e),
        _ => new($"{_file}: {e.Message}", null, e),
    };
}
