using System.Text.Encodings.Web;
using System.Text.Json;

namespace Agentic.Evaluation;

/// <summary>Question files: one JSON object a line.</summary>
public static class QaFile
{
    // Question files hold text of all languages; they are data, never placed in a page.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a question file; empty lines are skipped.</summary>
    /// <exception cref="DocumentException">The file cannot be read, or a line is no question; the message names the line.</exception>
    public static IReadOnlyList<QaItem> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"The question file {path} cannot be read: {e.Message}", null, e);
        }

        var items = new List<QaItem>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            try
            {
                items.Add(JsonSerializer.Deserialize<QaItem>(lines[i], Options) ?? throw new JsonException("the line is null"));
            }
            catch (JsonException e)
            {
                throw new DocumentException($"{path}, line {i + 1}: not a question row ({e.Message})", "A row is {\"question\":…,\"answers\":[…],\"documents\":[…]}.", e);
            }
        }

        return items;
    }

    /// <summary>A row as a line.</summary>
    public static string ToLine(QaItem item) => JsonSerializer.Serialize(item, Options);

    /// <summary>The documents of a row.</summary>
    /// <param name="item">The row.</param>
    /// <param name="folder">Folder that paths are relative to.</param>
    /// <param name="loader">Reads files.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DocumentException">A document cannot be read.</exception>
    public static async Task<IReadOnlyList<Document>> LoadDocumentsAsync(QaItem item, string folder, IDocumentLoader loader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(loader);
        var documents = new List<Document>();
        foreach (QaDocument document in item.Documents)
        {
            documents.Add(document.Text is { } text
                ? new Document(document.Name, text)
                : (await loader.LoadAsync(Path.Combine(folder, document.Name), cancellationToken).ConfigureAwait(false)).Document);
        }

        return documents;
    }
}
