namespace Agentic.Fuzz.Tests;

/// <summary>Where the inputs come from that are then damaged.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>A reference file of the engine's tests.</summary>
    public static string Golden(params string[] parts) => Path.Combine([Root, "tests", "Agentic.Inference.Tests", "goldens", .. parts]);

    /// <summary>The folder of JSON Schemas as programs write them.</summary>
    public static string Schemas => Path.Combine(Root, "tests", "Agentic.Inference.Tests", "Constraints", "JsonSchema", "Schemas");

    /// <summary>A model of the tree.</summary>
    public static string Model(string name) => Path.Combine(Root, "models", name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Agentic.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Agentic.sln.");
    }
}
