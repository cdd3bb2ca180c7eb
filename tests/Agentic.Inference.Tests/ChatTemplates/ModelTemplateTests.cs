using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.ChatTemplates;

/// <summary>Templates of models, against texts rendered by transformers.</summary>
public sealed class ModelTemplateTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2024, 7, 26, 9, 5, 3, TimeSpan.Zero);

    /// <summary>Cases whose reference text is a defect of the template: <c>|safe</c> makes the reference escape the tools' JSON as HTML.</summary>
    private static readonly HashSet<(string Name, string Input)> HtmlEscaped =
    [
        ("meetkai-functionary-medium-v3.1", "tools_call_result"),
        ("meetkai-functionary-medium-v3.1", "parallel_calls_string_args"),
    ];

    [Fact]
    public void Render_TemplatesOfManyModels_EveryCaseAsTheReference()
    {
        if (Folder is not { } folder)
        {
            output.WriteLine("The templates of other models are not here; nothing was checked.");
            return;
        }
        var results = Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "inputs").Order(StringComparer.Ordinal)
            .SelectMany(name => Check(folder, name).Select(result => (Name: name, result.Input, result.Problem))).ToList();
        Assert.Equal(74 * 8, results.Count);
        Assert.Equal([], results.Where(result => result.Problem is not null && !HtmlEscaped.Contains((result.Name, result.Input))).Select(result => $"{result.Name} {result.Input}: {result.Problem}"));
        foreach (var (name, input, problem) in results.Where(result => HtmlEscaped.Contains((result.Name, result.Input))))
        {
            output.WriteLine($"differs on purpose (no HTML escaping): {name} {input}");
            Assert.Contains("&#34;", problem, StringComparison.Ordinal);
        }
    }

    private static string? Folder { get; } = Path.Combine(RepositoryFiles.Root, "..", "shared", "goldens", "smollm2", "templates") is var path && Directory.Exists(path) ? path : null;

    private static IEnumerable<(string Input, string? Problem)> Check(string folder, string name)
    {
        var inputs = Read(Path.Combine(folder, "inputs.json")).GetProperty("inputs");
        var model = Read(Path.Combine(folder, $"{name}.json"));
        foreach (var test in model.GetProperty("cases").EnumerateObject())
        {
            yield return (test.Name, Check(model.GetProperty("template").GetString()!, inputs.GetProperty(test.Name), test.Value));
        }
    }

    private static string? Check(string template, JsonElement input, JsonElement expected)
    {
        try
        {
            var variables = TemplateValues.Map(input);
            foreach (var name in new[] { "tools", "documents" }.Where(name => !variables.TryGet(name, out _)))
            {
                variables[name] = null;
            }
            var pieces = ChatTemplate.Parse(template).Render(variables, 1000, Now);
            var text = string.Concat(pieces.Select(piece => piece.Text));
            return expected.TryGetProperty("expected", out var wanted) && text == wanted.GetString() ? null : Difference(text, wanted.ValueKind == JsonValueKind.String ? wanted.GetString()! : "an error");
        }
        catch (ChatTemplateException exception) when (expected.TryGetProperty("error", out var error))
        {
            return error.GetString() != "raise_exception" || exception.Reason == expected.GetProperty("message").GetString() ? null : exception.Message;
        }
        catch (ChatTemplateException exception)
        {
            return exception.Message;
        }
    }

    private static string Difference(string actual, string expected)
    {
        int at = actual.AsSpan().CommonPrefixLength(expected);
        string Around(string text) => '"' + text[Math.Max(0, at - 20)..Math.Min(text.Length, at + 40)] + '"';
        return $"from character {at} on it is {Around(actual)} and should be {Around(expected)}";
    }

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
