using System.Text.RegularExpressions;
using Agentic.Agents;

namespace Agentic.Tests;

/// <summary>The built-in cards with short replies, so that small windows do for tests.</summary>
internal static partial class SmallCards
{
    /// <summary>A library whose cards of this prefix reply in at most some tokens.</summary>
    public static AgentLibrary Of(string prefix, int maxOutput = 100)
    {
        string directory = Directory.CreateTempSubdirectory("agentic-cards-").FullName;
        Directory.CreateDirectory(Path.Combine(directory, "agents"));
        foreach (string name in AgentLibrary.BuiltInFiles.Where(n => n.StartsWith($"agents/{prefix}", StringComparison.Ordinal)))
        {
            using Stream stream = typeof(AgentLibrary).Assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            File.WriteAllText(Path.Combine(directory, name), MaxOutput().Replace(reader.ReadToEnd(), $"max_output: {maxOutput}"));
        }

        return new AgentLibrary(directory);
    }

    [GeneratedRegex(@"max_output: \d+")]
    private static partial Regex MaxOutput();
}
