using Agentic.Storage.Artefacts;
using Agentic.Storage.Runs;
using Agentic.Storage.Sqlite;

namespace Agentic.Storage;

/// <summary>
/// A folder that outlives processes: the journal of runs and what was dear to make, in one SQLite file. Thread-safe; several processes may use one
/// workspace at once.
/// </summary>
/// <remarks>
/// Documents and replies lie in it in clear; on Unix only their owner may read it. A row is complete when the write returned: it survives the
/// death of the process at any moment (write-ahead log; after a loss of power the last rows may be gone, never half there).
/// </remarks>
public sealed class Workspace : IDisposable
{
    /// <summary>Name of the file in the folder.</summary>
    public const string FileName = "agentic.db";

    private readonly Database _database;

    private Workspace(string folder, Database database, TimeProvider time)
    {
        (Folder, _database) = (folder, database);
        Runs = new RunStore(database, Path.Combine(folder, "locks"), time);
        Artefacts = new ArtefactStore(database, time);
    }

    /// <summary>Where it lies by the platform's convention: <c>$XDG_DATA_HOME/agentic</c> or <c>~/.local/share/agentic</c>, on Windows <c>%LOCALAPPDATA%\agentic</c>.</summary>
    public static string DefaultFolder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "agentic");

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The journal of runs.</summary>
    public IRunStore Runs { get; }

    /// <summary>What was dear to make.</summary>
    public IArtefactStore Artefacts { get; }

    /// <summary>Opens a workspace, which is made if it is not there.</summary>
    /// <param name="folder">Its folder; null for <see cref="DefaultFolder"/>.</param>
    /// <param name="time">The clock of its entries; null for the system's. Order never depends on it.</param>
    /// <exception cref="StorageException">It cannot be read or written, is damaged, or was written by a newer version.</exception>
    public static Workspace Open(string? folder = null, TimeProvider? time = null)
    {
        folder = Path.GetFullPath(folder ?? DefaultFolder);
        PrivateFiles.MakeFolder(folder);
        PrivateFiles.MakeFolder(Path.Combine(folder, "locks"));
        return new Workspace(folder, Database.Open(Path.Combine(folder, FileName), Schema.Versions), time ?? TimeProvider.System);
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _database.Dispose();
}
