using System.Text.Json;
using Agentic.Inference.Tests.Tokenization;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Models;

/// <summary>
/// What the embedded model must compute (goldens/smollm2, made with torch in float32). Rows with book text are not in the tree; they are
/// read from beside the repository when they are there.
/// </summary>
internal static class EmbeddedGoldens
{
    public static string ModelFile => RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf");

    /// <summary>All rows of a file of JSON lines, and whether the book rows are among them.</summary>
    public static (List<JsonElement> Rows, bool Complete) Lines(string name, ITestOutputHelper output)
    {
        string? complete = Beside(name);
        if (complete is null)
        {
            output.WriteLine($"{name}: the rows with book text are not here; run without them.");
        }

        List<JsonElement> rows = [.. GoldenRows.Read(complete ?? RepositoryFiles.Golden("smollm2", name))];
        return (rows, complete is not null);
    }

    /// <summary>Token ids of the perplexity text; null, with a line that says so, when they are not there.</summary>
    public static int[]? PerplexityIds(ITestOutputHelper output)
    {
        string? path = Beside("perplexity_ids.json");
        if (path is null)
        {
            output.WriteLine("The token ids of the perplexity text are not here; nothing was compared.");
            return null;
        }

        return JsonSerializer.Deserialize<int[]>(File.ReadAllBytes(path));
    }

    /// <summary>Reference values of the perplexity text at a window: the mean and each window's.</summary>
    public static (double Mean, double[] Windows) Perplexity(int window)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Golden("smollm2", "perplexity.json")));
        JsonElement reference = json.RootElement.GetProperty("torch").GetProperty(window.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return (reference.GetProperty("mean_nll").GetDouble(), reference.GetProperty("window_mean_nll").Deserialize<double[]>()!);
    }

    public static int[] Ints(JsonElement row, string field) => row.GetProperty(field).Deserialize<int[]>()!;

    private static string? Beside(string name) => GoldenRows.Beside("goldens", "smollm2", name);
}
