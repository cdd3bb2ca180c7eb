namespace Agentic.Storage.Sqlite;

/// <summary>Files and folders that only their owner may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <exception cref="StorageException">It cannot be made.</exception>
    public static void MakeFolder(string folder) => Try(folder, () =>
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
    });

    /// <summary>Makes an empty file before anybody else writes it, so that it is never readable by others. SQLite gives its log the same mode.</summary>
    /// <exception cref="StorageException">It cannot be made.</exception>
    public static void MakeFile(string file) => Try(file, () =>
    {
        if (!File.Exists(file))
        {
            Open(file, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        }
    });

    /// <summary>Opens or makes a file of its owner's.</summary>
    public static FileStream Open(string file, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new FileStream(file, options);
    }

    private static void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The workspace cannot be written: {e.Message}", $"Make {Path.GetDirectoryName(path)} writable, or name another folder by --workspace.", e);
        }
    }
}
