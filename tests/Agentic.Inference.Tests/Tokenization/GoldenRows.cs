using System.Text.Json;

namespace Agentic.Inference.Tests.Tokenization;

/// <summary>Reads JSON Lines.</summary>
internal static class GoldenRows
{
    public static IEnumerable<JsonElement> Read(string path)
    {
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            yield return row.RootElement.Clone();
        }
    }

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static int[] Ids(this JsonElement row, string name) =>
        [.. row.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    public static string[] Texts(this JsonElement row, string name) =>
        [.. row.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>A file that must not lie in this tree, from the folder beside it; null when it is not there.</summary>
    public static string? Beside(params string[] parts)
    {
        string path = Path.Combine([RepositoryFiles.Root, "..", "shared", .. parts]);
        return File.Exists(path) ? path : null;
    }
}
