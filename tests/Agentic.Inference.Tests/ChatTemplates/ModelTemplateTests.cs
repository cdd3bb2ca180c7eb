using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.ChatTemplates;

/// <summary>Templates of models, against texts rendered by transformers.</summary>
public sealed class ModelTemplateTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2024, 7, 26, 9, 5, 3, TimeSpan.Zero);

    [Theory]
    [InlineData("Qwen-Qwen2.5-7B-Instruct")]
    [InlineData("meta-llama-Llama-3.1-8B-Instruct")]
    [InlineData("meta-llama-Llama-3.2-3B-Instruct")]
    [InlineData("meta-llama-Llama-3.3-70B-Instruct")]
    [InlineData("llama-cpp-python-llama3_instruct_chat_template")]
    [InlineData("llama-cpp-python-chatml_chat_template")]
    public void Render_TemplateOfAModel_EveryCaseAsTheReference(string name)
    {
        if (Folder is not { } folder)
        {
            output.WriteLine("The templates of other models are not here; nothing was checked.");
            return;
        }
        foreach (var (input, problem) in Check(folder, name))
        {
            Assert.True(problem is null, $"{input}: {problem}");
        }
    }

    [Fact]
    public void Render_TemplatesOfManyModels_MostCasesAsTheReference()
    {
        if (Folder is not { } folder)
        {
            output.WriteLine("The templates of other models are not here; nothing was checked.");
            return;
        }
        var results = Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != "inputs").Order(StringComparer.Ordinal)
            .SelectMany(name => Check(folder, name).Select(result => (Name: name, result.Input, result.Problem))).ToList();
        foreach (var (name, input, problem) in results.Where(result => result.Problem is not null))
        {
            output.WriteLine($"{name} {input}: {problem}");
        }
        output.WriteLine($"{results.Count(result => result.Problem is null)} of {results.Count}");
        Assert.InRange(results.Count(result => result.Problem is null), 574, results.Count);
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
            return expected.TryGetProperty("expected", out var wanted) && text == wanted.GetString() ? null : $"rendered '{text}'";
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

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
