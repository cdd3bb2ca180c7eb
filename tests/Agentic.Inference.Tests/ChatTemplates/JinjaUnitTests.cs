using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.ChatTemplates.Jinja;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.ChatTemplates;

/// <summary>Small cases rendered by the reference implementation.</summary>
public sealed class JinjaUnitTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2024, 7, 26, 9, 5, 3, TimeSpan.Zero);

    /// <summary>Cases that the engine refuses by name: parts of Python for which no model's template has a use.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["{{ x | pprint }}"] = "layout of Python's own pretty-printer",
        ["{{ x | filesizeformat }}"] = "sizes of files for people",
        ["{{ x | wordwrap(5) }}"] = "line breaking by Python's textwrap",
        ["{{ x | xmlattr }}"] = "attributes of XML elements",
        ["{{ (3).bit_length() }}"] = "a method of Python's integers",
    };

    [Fact]
    public void Render_ReferenceCases_AllButTheNamedOnesAreEqual()
    {
        var failed = new List<string>();
        var refused = 0;
        var cases = File.ReadLines(RepositoryFiles.Golden("smollm2", "jinja_units.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        foreach (var test in cases)
        {
            var source = test.GetProperty("template").GetString()!;
            if (Refused.TryGetValue(source, out var reason))
            {
                refused++;
                output.WriteLine($"not supported: {source} ({reason})");
                var exception = Assert.Throws<ChatTemplateException>(() => Template.Parse(source).Render(TemplateValues.Map(test.GetProperty("context")), 0, Now));
                Assert.Equal(1, exception.Line);
            }
            else if (Check(test) is { } problem)
            {
                failed.Add($"{test.GetProperty("cat")}: {source}: {problem}");
            }
        }
        Assert.Equal(336, cases.Count);
        Assert.Equal(Refused.Count, refused);
        Assert.True(failed.Count == 0, string.Join('\n', failed));
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
