using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Agentic.Inference.Gguf;

/// <summary>A file mapped read-only into memory.</summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int AdviseDontNeed = 4;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;

    private MappedFile(FileStream stream)
    {
        Length = stream.Length;
        if (Length == 0)
        {
            return; // An empty file cannot be mapped.
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, Length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Length of the file in bytes (the view itself is rounded up to pages).</summary>
    public long Length { get; }

    /// <summary>First byte; null for an empty file.</summary>
    public byte* Start => _start;

    /// <summary>Maps a file; an empty one has no bytes.</summary>
    /// <exception cref="ModelException">The file is missing or cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new ModelException($"{path}: is a directory, not a model file.", "Name the .gguf file itself.");
            }

            if (SpecialFile.Kind(path) is { } kind)
            {
                throw new ModelException($"{path}: is {kind}, not a model file.", "Name the .gguf file itself.");
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return new MappedFile(stream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException($"{path}: there is no such model file.", "Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelException($"{path}: the model file cannot be opened: {e.Message}", inner: e);
        }
    }

    /// <summary>Lets the operating system drop the pages of a range; reading them again brings them back from the file. Nothing happens where that cannot be asked for.</summary>
    public void Release(long offset, long length)
    {
        if (_start == null || !OperatingSystem.IsLinux())
        {
            return;
        }

        // Whole pages around the range: neighbours that share a page are merely read again.
        var page = (nuint)Environment.SystemPageSize;
        var from = ((nuint)_start + (nuint)offset) & ~(page - 1);
        var to = ((nuint)_start + (nuint)(offset + length) + page - 1) & ~(page - 1);
        _ = Advise(from, to - from, AdviseDontNeed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start != null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _start = null;
        }

        _view?.Dispose();
        _file?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
