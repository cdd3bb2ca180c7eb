using System.Runtime.InteropServices;

namespace Agentic;

/// <summary>Tells files from what only looks like one. Thread-safe.</summary>
public static partial class SpecialFile
{
    private const int CurrentDirectory = -100;
    private const uint TypeOnly = 1;
    private const int ModeOffset = 28;

    /// <summary>What a path leads to when it is no file: opening a pipe would wait for its writer, and a device may never end.</summary>
    /// <param name="path">The path; links are followed.</param>
    /// <returns>Such as <c>a named pipe</c>; null for files, directories and what is not there, and on systems other than Linux, where it is not asked for.</returns>
    public static unsafe string? Kind(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        byte* status = stackalloc byte[256];
        try
        {
            if (Statx(CurrentDirectory, path, 0, TypeOnly, status) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library without it
        }

        return (*(ushort*)(status + ModeOffset) & 0xF000) switch
        {
            0x1000 => "a named pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    // struct statx is the same on every architecture of Linux, which struct stat is not.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* status);
}
