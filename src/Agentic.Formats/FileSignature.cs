using System.Text;

namespace Agentic.Formats;

/// <summary>Knows other formats by their first bytes, or by the file's extension where the bytes do not tell.</summary>
internal static class FileSignature
{
    private static readonly (byte[] Start, string Name)[] Starts =
    [
        ("%PDF-"u8.ToArray(), "a PDF"),
        ("{\\rtf"u8.ToArray(), "an RTF document"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old or encrypted Office document"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([0x42, 0x5A, 0x68], "a bzip2 archive"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz archive"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ("Rar!"u8.ToArray(), "a RAR archive"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ("GIF8"u8.ToArray(), "a GIF image"),
        ("GGUF"u8.ToArray(), "a GGUF model, not a document"),
        ("SQLite format 3"u8.ToArray(), "a SQLite database"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    ];

    /// <summary>What the file is, with its article, or null when it may be text.</summary>
    public static string? Refusal(ReadOnlySpan<byte> bytes, string extension)
    {
        foreach ((byte[] start, string name) in Starts)
        {
            if (bytes.StartsWith(start))
            {
                return name;
            }
        }

        if (bytes.StartsWith("PK\x03\x04"u8) || bytes.StartsWith("PK\x05\x06"u8))
        {
            return Zip(bytes, extension);
        }

        return LooksLikeHtml(bytes) ? "an HTML page" : ByExtension(extension);
    }

    private static string Zip(ReadOnlySpan<byte> bytes, string extension)
    {
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, 4096)];
        return head.IndexOf("application/epub+zip"u8) >= 0 ? "an EPUB book"
            : head.IndexOf("word/"u8) >= 0 ? "a DOCX document"
            : ByExtension(extension) ?? "a ZIP archive";
    }

    private static string? ByExtension(string extension) => extension.ToLowerInvariant() switch
    {
        ".pdf" => "a PDF",
        ".docx" => "a DOCX document",
        ".doc" => "an old Word document",
        ".xlsx" or ".xls" => "a spreadsheet",
        ".pptx" or ".ppt" => "a presentation",
        ".odt" => "an OpenDocument text",
        ".epub" => "an EPUB book",
        ".rtf" => "an RTF document",
        ".html" or ".htm" or ".xhtml" => "an HTML page",
        ".zip" => "a ZIP archive",
        _ => null,
    };

    private static bool LooksLikeHtml(ReadOnlySpan<byte> bytes)
    {
        string head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 512)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        return head.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || head.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }
}
