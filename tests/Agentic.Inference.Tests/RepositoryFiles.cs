namespace Agentic.Inference.Tests;

/// <summary>Where test data lies.</summary>
internal static class RepositoryFiles
{
    /// <summary>A file of this project's <c>goldens</c> folder.</summary>
    public static string Golden(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "goldens", .. parts]);

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

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
