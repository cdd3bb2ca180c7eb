namespace Agentic.Reading;

/// <summary>Refuses what no reader can read.</summary>
internal static class ReadingInput
{
    /// <exception cref="DocumentException">There is no text.</exception>
    /// <exception cref="ConfigurationException">The question is empty.</exception>
    public static void Check(IReadOnlyList<Document> documents, string? question)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (question is not null && string.IsNullOrWhiteSpace(question))
        {
            throw new ConfigurationException("The question is empty.", "Ask something, or summarise.");
        }

        if (documents.All(d => string.IsNullOrWhiteSpace(d.Text)))
        {
            throw new DocumentException(
                documents.Count switch { 0 => "There is no document to read.", 1 => $"{documents[0].Name} is empty: there is no text in it.", _ => "All documents are empty." });
        }
    }
}
