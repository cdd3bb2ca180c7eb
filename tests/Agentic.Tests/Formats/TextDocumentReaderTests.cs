using System.Text;
using Agentic.Formats;

namespace Agentic.Tests.Formats;

public sealed class TextDocumentReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentic-formats-").FullName;
    private readonly TextDocumentReader _reader = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string, byte[]> Encodings() => new()
    {
        { "utf-8", Encoding.UTF8.GetBytes("Grüße, 世界") },
        { "utf-8 with mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("Grüße, 世界")] },
        { "utf-16 le with mark", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("Grüße, 世界")] },
        { "utf-16 be with mark", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("Grüße, 世界")] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Load_Encoding_GivesTheSameText(string name, byte[] bytes)
    {
        LoadedDocument loaded = await LoadAsync("a.md", bytes);

        Assert.True(loaded.Document.Text == "Grüße, 世界", name);
        Assert.Empty(loaded.Warnings);
        Assert.Equal("a.md", loaded.Document.Name);
    }

    [Fact]
    public async Task Load_Utf16WithoutMark_IsRecognised()
    {
        Assert.Equal("This is a test.", (await LoadAsync("a.txt", Encoding.BigEndianUnicode.GetBytes("This is a test."))).Document.Text);
        Assert.Equal("This is a test.", (await LoadAsync("a.txt", Encoding.Unicode.GetBytes("This is a test."))).Document.Text);
    }

    [Fact]
    public async Task Load_FewBrokenBytes_ReplacesThemAndSaysSo()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(new string('a', 1000)), 0xFF, (byte)'b', 0xC3, (byte)'c'];

        LoadedDocument loaded = await LoadAsync("a.txt", bytes);

        Assert.EndsWith("a\uFFFDb\uFFFDc", loaded.Document.Text, StringComparison.Ordinal);
        Assert.Contains("2 byte sequences", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_Latin1_IsReadAsSuchAndSaidSo()
    {
        LoadedDocument loaded = await LoadAsync("a.txt", Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("où né ça là ", 50))));

        Assert.StartsWith("où né ça là", loaded.Document.Text, StringComparison.Ordinal);
        Assert.Contains("Latin-1", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> Others() => new()
    {
        { "a.pdf", "%PDF-1.7\n..."u8.ToArray(), "a PDF" },
        { "disguised.txt", "%PDF-1.7\n..."u8.ToArray(), "a PDF" },
        { "a.docx", [(byte)'P', (byte)'K', 3, 4, 0, 0], "a DOCX document" },
        { "a.bin", [(byte)'P', (byte)'K', 3, 4, 0, 0], "a ZIP archive" },
        { "a.epub", "PK\x03\x04....mimetypeapplication/epub+zip"u8.ToArray(), "an EPUB book" },
        { "a.html", "hello"u8.ToArray(), "an HTML page" },
        { "page", "\n <!DOCTYPE html><html>"u8.ToArray(), "an HTML page" },
        { "a.gz", [0x1F, 0x8B, 8], "a gzip archive" },
        { "a.rtf", "{\\rtf1 hello}"u8.ToArray(), "an RTF document" },
        { "a.png", [0x89, 0x50, 0x4E, 0x47], "a PNG image" },
        { "model", "GGUF\x03"u8.ToArray(), "a GGUF model" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Load_OtherFormat_IsRefusedByName(string name, byte[] bytes, string format)
    {
        DocumentException e = await Assert.ThrowsAsync<DocumentException>(() => LoadAsync(name, bytes));

        Assert.Contains(format, e.Message, StringComparison.Ordinal);
        Assert.Contains("comes later", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Load_Binary_IsRefused()
    {
        byte[] bytes = new byte[4000];
        new Random(1).NextBytes(bytes);

        Assert.Contains("binary", (await Assert.ThrowsAsync<DocumentException>(() => LoadAsync("a.dat", bytes))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public async Task Load_NoText_IsRefused(string text) =>
        Assert.Contains("empty", (await Assert.ThrowsAsync<DocumentException>(() => LoadAsync("a.txt", Encoding.UTF8.GetBytes(text)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Load_MissingOrDirectory_IsRefusedWithItsPath()
    {
        string missing = Path.Combine(_directory, "none.txt");

        Assert.Contains("does not exist", (await Assert.ThrowsAsync<DocumentException>(() => _reader.LoadAsync(missing))).Message, StringComparison.Ordinal);
        Assert.Contains("is a directory", (await Assert.ThrowsAsync<DocumentException>(() => _reader.LoadAsync(_directory))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<DocumentException>(() => _reader.LoadAsync(Path.Combine(missing, "x")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_Stream_IsNamedAsTold()
    {
        using var stream = new MemoryStream("From a pipe."u8.ToArray());

        LoadedDocument loaded = await _reader.LoadAsync(stream, "standard input");

        Assert.Equal("standard input", loaded.Document.Name);
        Assert.Equal("From a pipe.", loaded.Document.Text);
    }

    private async Task<LoadedDocument> LoadAsync(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory, name);
        await File.WriteAllBytesAsync(path, bytes);
        return await _reader.LoadAsync(path);
    }
}
