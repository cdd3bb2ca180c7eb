using Agentic.Storage.Sqlite;

namespace Agentic.Storage.Runs;

/// <summary>Held by the process in which a run goes on; the system lets go of it however the process ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when somebody holds it.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static RunLock? Take(string folder, string run)
    {
        try
        {
            return new RunLock(PrivateFiles.Open(Path.Combine(folder, $"{run}.lock"), FileMode.OpenOrCreate, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException($"The workspace cannot be written: {e.Message}", $"Make {folder} writable, or name another folder by --workspace.", e);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && IsSharing(e))
        {
            return null;
        }
        catch (IOException e)
        {
            throw new StorageException($"The workspace cannot be written: {e.Message}", "Make room or name another folder by --workspace.", e);
        }
    }

    // The file stays: were it deleted, a third process could make and hold a new one while a second still opens the old.
    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    private static bool IsSharing(IOException e) => e.HResult is 11 or 35 || (e.HResult & 0xFFFF) is 32 or 33;
}
