using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Why a model is told the schema by default: it fills the fields better.</summary>
[Collection(EmbeddedModelTests.Name)]
public sealed class SchemaToldTests(EmbeddedModel model, ITestOutputHelper output)
{
    /// <summary>Short texts, a schema's properties, and what must be found in each: a number, or text in a value not much longer.</summary>
    private static readonly (string Text, string Properties, Dictionary<string, object> Right)[] Cases =
    [
        ("Marie Curie, born in 1867 in Warsaw, was a physicist who won two Nobel prizes.",
            """{"person":{"type":"string"},"birth_year":{"type":"integer"},"profession":{"type":"string"}}""", new() { ["person"] = "Marie Curie", ["birth_year"] = 1867.0, ["profession"] = "physicist" }),
        ("Lyon is a city in France. It has 522000 inhabitants and lies on the Rhone.",
            """{"city":{"type":"string"},"country":{"type":"string"},"population":{"type":"integer"}}""", new() { ["city"] = "Lyon", ["country"] = "France", ["population"] = 522000.0 }),
        ("We sold the red bicycle yesterday for 249.50 euros to a student.",
            """{"item":{"type":"string"},"price":{"type":"number"},"currency":{"enum":["EUR","USD","GBP"]}}""", new() { ["item"] = "red bicycle", ["price"] = 249.5, ["currency"] = "EUR" }),
        ("On 3 May Anna Berg wrote to us about the broken heating in room 12.",
            """{"sender":{"type":"string"},"subject":{"type":"string"}}""", new() { ["sender"] = "Anna Berg", ["subject"] = "broken heating" }),
        ("Herman Melville published Moby-Dick in 1851; it was not a success.",
            """{"title":{"type":"string"},"author":{"type":"string"},"year":{"type":"integer"}}""", new() { ["title"] = "Moby-Dick", ["author"] = "Herman Melville", ["year"] = 1851.0 }),
        ("The room was dirty, the staff were rude, and breakfast was cold.",
            """{"sentiment":{"enum":["positive","negative","neutral"]}}""", new() { ["sentiment"] = "negative" }),
        ("In the third quarter Nordwind AG had a revenue of 42.5 million euros.",
            """{"company":{"type":"string"},"revenue_million":{"type":"number"},"quarter":{"enum":["Q1","Q2","Q3","Q4"]}}""", new() { ["company"] = "Nordwind AG", ["revenue_million"] = 42.5, ["quarter"] = "Q3" }),
    ];

    [Fact]
    public async Task GetResponse_SchemaTold_MoreFieldsAreRight()
    {
        int[] right = [.. (await Task.WhenAll(Right(tell: false), Right(tell: true)))];
        int all = Cases.Sum(test => test.Right.Count);
        output.WriteLine($"Fields right of {all}: {right[0]} without the schema in the prompt, {right[1]} with it.");
        Assert.True(right[1] > right[0], $"{right[0]} {right[1]}");
        Assert.True(right[1] * 2 > all);
    }

    private async Task<int> Right(bool tell) => (await Task.WhenAll(Cases.Select(async test =>
    {
        string schema = $$"""{"type":"object","properties":{{test.Properties}},"required":{{JsonSerializer.Serialize(test.Right.Keys)}},"additionalProperties":false}""";
        ChatResponse response = await model.Client.GetResponseAsync([new(ChatRole.User, $"{test.Text}\n\nExtract the facts as JSON.")], new()
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema)),
            MaxOutputTokens = 80,
            AdditionalProperties = new() { [SamplingKeys.CloseAtLimit] = true, [SamplingKeys.TellSchema] = tell },
        });
        JsonElement reply = JsonElement.Parse(response.Text);
        return test.Right.Count(field => reply.GetProperty(field.Key) is var value && field.Value is double number
            ? value.GetDouble() == number
            : value.GetString()!.Contains((string)field.Value, StringComparison.OrdinalIgnoreCase) && value.GetString()!.Length < ((string)field.Value).Length + 20);
    }))).Sum();
}
