namespace Agentic;

/// <summary>Reads files into documents. Thread-safe.</summary>
public interface IDocumentLoader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DocumentException">It is missing, a directory, empty, not permitted, binary, or of a format that cannot be read; one sentence and a hint.</exception>
    Task<LoadedDocument> LoadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The bytes.</param>
    /// <param name="name">What evidence cites as its source.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="DocumentException">It is empty, binary, or of a format that cannot be read; one sentence and a hint.</exception>
    Task<LoadedDocument> LoadAsync(Stream stream, string name, CancellationToken cancellationToken = default);
}

/// <summary>A document and what its reader should know of how it was read.</summary>
/// <param name="Document">The document.</param>
/// <param name="Warnings">One sentence each, such as that invalid bytes were replaced; mostly empty.</param>
public sealed record LoadedDocument(Document Document, IReadOnlyList<string> Warnings);
