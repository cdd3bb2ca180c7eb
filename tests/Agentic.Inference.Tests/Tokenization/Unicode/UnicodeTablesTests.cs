using System.Diagnostics;
using Agentic.Inference.Tokenization.Unicode;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Tokenization.Unicode;

public class UnicodeTablesTests(ITestOutputHelper output)
{
    [Fact]
    public void Tables_AreWhatTheGeneratorWrites()
    {
        string folder = Path.Combine(RepositoryFiles.Root, "src", "Agentic.Inference", "Tokenization", "Unicode");
        string? generated = Run(Path.Combine(folder, "generate_tables.py"));
        if (generated is null || !generated.Contains($"Version = \"{UnicodeTables.Version}\"", StringComparison.Ordinal))
        {
            output.WriteLine($"No Python with Unicode {UnicodeTables.Version} here; nothing was checked.");
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(folder, "UnicodeTables.g.cs")).ReplaceLineEndings("\n"), generated);
    }

    private static string? Run(string script)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", [script]) { RedirectStandardOutput = true })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
