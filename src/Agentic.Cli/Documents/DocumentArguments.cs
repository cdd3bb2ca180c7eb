using Agentic.Cli.Frame;
using Agentic.Formats;

namespace Agentic.Cli.Documents;

/// <summary>Turns the document arguments of a command (files, folders, globs, <c>-</c>) into documents.</summary>
internal sealed class DocumentArguments(CommandContext context)
{
    private static readonly string[] TextExtensions = [".md", ".markdown", ".txt", ".text"];

    private readonly TextDocumentReader _reader = new();

    /// <summary>Reads all of them, in order.</summary>
    /// <exception cref="DocumentException">One cannot be read, or nothing was found.</exception>
    public async Task<IReadOnlyList<Document>> LoadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        List<Document> documents = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string argument in arguments)
        {
            foreach (string file in Expand(argument))
            {
                if (seen.Add(file))
                {
                    documents.Add(await ReadAsync(argument, file, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        return WithDistinctNames(documents, [.. seen]);
    }

    private async Task<Document> ReadAsync(string argument, string file, CancellationToken cancellationToken)
    {
        LoadedDocument loaded = file == "-"
            ? await ReadInputAsync(cancellationToken).ConfigureAwait(false)
            : await _reader.LoadAsync(file == context.Host.Absolute(argument) ? argument : file, cancellationToken).ConfigureAwait(false);
        foreach (string warning in loaded.Warnings)
        {
            context.Say($"note: {warning}");
        }

        return loaded.Document;
    }

    private async Task<LoadedDocument> ReadInputAsync(CancellationToken cancellationToken)
    {
        Stream input = context.Output.OpenInput();
        await using (input.ConfigureAwait(false))
        {
            return await _reader.LoadAsync(input, "standard input", cancellationToken).ConfigureAwait(false);
        }
    }

    private List<string> Expand(string argument)
    {
        if (argument == "-")
        {
            return ["-"];
        }

        if (string.IsNullOrWhiteSpace(argument))
        {
            throw new UsageException("A document's path is empty.");
        }

        string path = context.Host.Absolute(argument);
        if (Directory.Exists(path))
        {
            return Folder(argument, path);
        }

        if (!File.Exists(path) && argument.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            List<string> found = [.. Glob.Expand(argument, context.Host.Folder)];
            return found.Count > 0 ? found : throw new DocumentException($"No file matches {argument}.", "Quote the pattern and check the folder.");
        }

        return [path];
    }

    private List<string> Folder(string argument, string path)
    {
        List<string> all = [.. Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden }).Order(StringComparer.Ordinal)];
        List<string> texts = [.. all.Where(f => TextExtensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))];
        if (texts.Count == 0)
        {
            throw new DocumentException($"The folder {argument} holds no text or Markdown file.", "Name the files, or a folder with .txt or .md files.");
        }

        if (texts.Count < all.Count)
        {
            context.Say($"note: {all.Count - texts.Count} of the {all.Count} files in {argument} are neither text nor Markdown and are not read.");
        }

        return texts;
    }

    // Evidence cites a document by its name: files of the same name in different folders get their paths.
    private List<Document> WithDistinctNames(List<Document> documents, List<string> files)
    {
        HashSet<string> twice = [.. documents.GroupBy(d => d.Name).Where(g => g.Count() > 1).Select(g => g.Key)];
        return [.. documents.Select((d, i) => twice.Contains(d.Name) ? new Document(Path.GetRelativePath(context.Host.Folder, files[i]), d.Text, d.Pages) : d)];
    }
}
