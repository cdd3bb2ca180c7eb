namespace Agentic.Cli.Tests;

/// <summary>What the README shows is what the tree holds.</summary>
public sealed class ReadmeTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Readme_Code_IsTheExamples()
    {
        string program = File.ReadAllText(Path.Combine(Root, "examples", "01-ask", "Program.cs"));
        Assert.Equal(Between(program, "// <readme>\n", "// </readme>"), Between(Readme, "```csharp\n", "```"));
    }

    [Fact]
    public void Readme_Links_LeadSomewhere()
    {
        foreach (string part in Readme.Split("](").Skip(1))
        {
            string target = part[..part.IndexOf(')', StringComparison.Ordinal)];
            Assert.True(Path.Exists(Path.Combine(Root, target)), $"README.md links to {target}, which does not exist.");
        }
    }

    [Fact]
    public void Readme_Length_FitsAReader() => Assert.InRange(Readme.Split('\n').Length, 1, 150);

    private static string Readme => File.ReadAllText(Path.Combine(Root, "README.md"));

    private static string Between(string text, string begin, string end)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Agentic.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }
}
