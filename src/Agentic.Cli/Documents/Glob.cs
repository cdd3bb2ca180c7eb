using System.IO.Enumeration;

namespace Agentic.Cli.Documents;

/// <summary>Expands patterns for shells that leave them to us: <c>*</c> and <c>?</c> in any part of a path, <c>**</c> for any depth.</summary>
internal static class Glob
{
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden, MatchType = MatchType.Simple };

    /// <summary>The matching files, absolute, in order.</summary>
    public static IEnumerable<string> Expand(string pattern, string folder)
    {
        string[] parts = pattern.Split(['/', Path.DirectorySeparatorChar]);
        string root = Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : folder;
        IEnumerable<string> folders = [root];
        foreach (string part in parts[..^1].Where(p => p.Length > 0))
        {
            folders = [.. folders.SelectMany(f => Folders(f, part)).Distinct()];
        }

        return folders.Where(Directory.Exists).SelectMany(f => Files(f, parts[^1])).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Folders(string folder, string part)
    {
        if (part == "**")
        {
            return Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden }).Prepend(folder);
        }

        return HasWildcard(part)
            ? Directory.EnumerateDirectories(folder, "*", Visible).Where(d => Matches(part, d))
            : [Path.GetFullPath(part, folder)];
    }

    private static IEnumerable<string> Files(string folder, string part) => HasWildcard(part)
        ? Directory.EnumerateFiles(folder, "*", Visible).Where(f => Matches(part, f))
        : new[] { Path.GetFullPath(part, folder) }.Where(File.Exists);

    private static bool HasWildcard(string part) => part.AsSpan().IndexOfAny('*', '?') >= 0;

    private static bool Matches(string part, string path) => FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(path.AsSpan()), ignoreCase: false);
}
