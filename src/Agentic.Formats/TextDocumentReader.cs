namespace Agentic.Formats;

/// <summary>Reads text and Markdown files: UTF-8 or UTF-16, with or without a mark. Other formats are refused by name. Thread-safe.</summary>
public sealed class TextDocumentReader : IDocumentLoader
{
    /// <summary>The largest file that is read: 900 MB, since a text is one string.</summary>
    public const long MaxBytes = 900_000_000;

    /// <inheritdoc/>
    public async Task<LoadedDocument> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
        {
            throw new DocumentException($"{path} is a directory, not a document.", "Name the files in it.");
        }

        if (SpecialFile.Kind(path) is { } kind)
        {
            throw new DocumentException($"{path} is {kind}, not a document.", "Write its text to a file, and name that.");
        }

        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
            {
                return await LoadAsync(stream, Path.GetFileName(path), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DocumentException($"The document {path} does not exist.", "Check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DocumentException($"The document {path} may not be read.", "Check its permissions.", e);
        }
        catch (IOException e)
        {
            throw new DocumentException($"The document {path} cannot be read: {e.Message}", null, e);
        }
    }

    /// <inheritdoc/>
    public async Task<LoadedDocument> LoadAsync(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var memory = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, MaxBytes) : 0);
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > MaxBytes)
            {
                throw new DocumentException($"{name} is larger than {MaxBytes / 1_000_000} MB.", "Split it.");
            }
        }

        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        if (FileSignature.Refusal(bytes, Path.GetExtension(name)) is { } format)
        {
            throw new DocumentException($"{name} is {format}; that format comes later.", "Text and Markdown can be read now: convert it first.");
        }

        (string text, List<string> warnings) = TextDecoder.Decode(bytes, name);
        return string.IsNullOrWhiteSpace(text)
            ? throw new DocumentException($"{name} is empty: there is no text in it.")
            : new LoadedDocument(new Document(name, text), warnings);
    }
}
