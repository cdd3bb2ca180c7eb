namespace Agentic.Cli.Tests.Support;

/// <summary>Places in the source tree.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Documents { get; } = Path.Combine(Root, "examples", "documents");

    public static string Model { get; } = Path.Combine(Root, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");

    public static string BadModels { get; } = Path.Combine(Root, "tests", "Agentic.Inference.Tests", "goldens", "bad-gguf");

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Agentic.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("Agentic.sln was not found above the tests.");
    }
}
