using System.Globalization;
using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Schemas made to exhaust the compiler: refused or compiled, in bounded time and stack.</summary>
public sealed class HostileSchemaTests
{
    [Fact]
    public void Create_ChainOfReferences_TakesNoStack()
    {
        const int Links = 15_000;
        var text = new StringBuilder("""{"$ref":"#/$defs/0","$defs":{""");
        for (int i = 0; i < Links; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{i}\":{{\"$ref\":\"#/$defs/{i + 1}\"}},");
        }

        text.Append(CultureInfo.InvariantCulture, $"\"{Links}\":{{\"type\":\"null\"}}}}}}");
        Exception? error = null;
        var small = new Thread(() => error = Record.Exception(() => JsonSchemaGrammar.Create(JsonElement.Parse(text.ToString()))), 256 << 10);
        small.Start();
        small.Join();
        Assert.Null(error);
    }

    [Fact]
    public async Task Create_AlikeRecursiveOptions_EndInTime()
    {
        string names = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"p{i}\""));
        string a = Alike("a", names), b = Alike("b", names);
        string text = "{\"oneOf\":[{\"$ref\":\"#/$defs/a\"},{\"$ref\":\"#/$defs/b\"}],\"$defs\":{\"a\":" + a + ",\"b\":" + b + "}}";
        Task<Exception?> run = Task.Run<Exception?>(() => Record.Exception(() => JsonSchemaGrammar.Create(JsonElement.Parse(text))));
        Exception? error = await run.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(error is null or JsonSchemaException, error?.ToString());
    }

    private static string Alike(string self, string names) =>
        "{\"type\":\"object\",\"required\":[" + names + "],\"properties\":{" + string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"p{i}\":{{\"$ref\":\"#/$defs/{self}\"}}")) + "}}";
}
