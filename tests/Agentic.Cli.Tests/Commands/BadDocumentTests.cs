using System.Text;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Commands;

public class BadDocumentTests
{
    [Fact]
    public async Task Ask_MissingFile_ExitsFive() => await RefusedAsync("no-such-file.txt", "no-such-file.txt");

    [Fact]
    public async Task Ask_FolderWithoutTexts_ExitsFive()
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync(folder.Path, "no text or Markdown");
    }

    [Fact]
    public async Task Ask_PatternWithoutMatch_ExitsFive() => await RefusedAsync("no-such-*.txt", "No file matches");

    [Fact]
    public async Task Ask_EmptyFile_ExitsFive()
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync(folder.Write("empty.txt", ""), "empty");
    }

    [Fact]
    public async Task Ask_BlankFile_ExitsFive()
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync(folder.Write("blank.txt", " \n\t\n"), "empty");
    }

    [Fact]
    public async Task Ask_BinaryFile_ExitsFive()
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync(folder.Write("data.txt", [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))]), "data.txt");
    }

    [Theory]
    [InlineData("report.pdf")]
    [InlineData("report.txt")]
    public async Task Ask_Pdf_IsRefusedByNameWhateverItsEnding(string name)
    {
        using var folder = new TemporaryFolder();

        await RefusedAsync(folder.Write(name, Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")), "PDF");
    }

    [Fact]
    public async Task Ask_FileWithoutPermission_ExitsFive()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return; // nothing is forbidden to an administrator
        }

        using var folder = new TemporaryFolder();
        string file = folder.Write("secret.txt", "text");
        File.SetUnixFileMode(file, UnixFileMode.None);

        await RefusedAsync(file, "secret.txt");
    }

    [Fact]
    public async Task Ask_InvalidUtf8_IsReadWithANote()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("The key is under the blue pot. ", 40))), 0xC3, 0x28];
        string file = folder.Write("torn.txt", bytes);

        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { Clients = new ScriptedClient(_ => "Under the blue pot.") }, "ask", file, "Where is the key?");

        Assert.Equal(0, run.Code);
        Assert.Contains("torn.txt", run.Error, StringComparison.Ordinal);
        Assert.Contains("UTF-8", run.Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string document, string said)
    {
        var client = new ScriptedClient(_ => "never");
        CommandRun run = await CommandRun.OfAsync(new CommandRun.Setting { Clients = client }, "ask", document, "Where is the key?", "--json");

        Assert.Equal(5, run.Code);
        Assert.Equal(0, client.Calls);
        Assert.Equal("document-unreadable", run.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains(said, run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.OrdinalIgnoreCase);
    }
}
