using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.ChatTemplates.Jinja;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.ChatTemplates;

/// <summary>Small cases rendered by the reference implementation; the engine is a subset, and this says how large.</summary>
public sealed class JinjaUnitTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2024, 7, 26, 9, 5, 3, TimeSpan.Zero);

    [Fact]
    public void Render_ReferenceCases_AtLeastTheKnownNumberPasses()
    {
        var passed = new Dictionary<string, int>();
        var total = new Dictionary<string, int>();
        foreach (var line in File.ReadLines(RepositoryFiles.Golden("smollm2", "jinja_units.jsonl")))
        {
            var test = JsonDocument.Parse(line).RootElement;
            var category = test.GetProperty("cat").GetString()!;
            total[category] = total.GetValueOrDefault(category) + 1;
            var problem = Check(test);
            if (problem is null)
            {
                passed[category] = passed.GetValueOrDefault(category) + 1;
            }
            else
            {
                output.WriteLine($"{category}: {test.GetProperty("template")}: {problem}");
            }
        }
        output.WriteLine(string.Join(", ", total.Select(t => $"{t.Key} {passed.GetValueOrDefault(t.Key)}/{t.Value}")));
        Assert.Equal(336, total.Values.Sum());
        Assert.InRange(passed.Values.Sum(), 323, 336);
    }

    private static string? Check(JsonElement test)
    {
        var expected = test.TryGetProperty("expected", out var text) ? text.GetString() : null;
        var raised = test.TryGetProperty("error", out var error) && error.GetString() == "TemplateError" ? test.GetProperty("message").GetString() : null;
        try
        {
            var actual = Template.Parse(test.GetProperty("template").GetString()!).Render(TemplateValues.Map(test.GetProperty("context")), 0, Now).Text;
            return actual == expected ? null : $"rendered '{actual}'";
        }
        catch (ChatTemplateException exception) when (expected is null)
        {
            return exception.Line is null ? "no line" : raised is null || (exception.Raised && exception.Reason == raised) ? null : exception.Message;
        }
        catch (ChatTemplateException exception)
        {
            return exception.Message;
        }
    }
}
