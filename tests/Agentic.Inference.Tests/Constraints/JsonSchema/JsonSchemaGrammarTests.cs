using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tests.Tokenization;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

public sealed class JsonSchemaGrammarTests
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    [Theory]
    [InlineData("""{"type":"integer","minimum":-5,"maximum":120}""", "-5|-1|0|7|99|100|120", "-6|121|1.5|007|-0|+1")]
    [InlineData("""{"type":"number","exclusiveMinimum":0.5,"maximum":2}""", "0.51|1|1.999|2|2.0", "0.5|2.01|-1|.6|1.")]
    [InlineData("""{"type":"number","minimum":-1.25,"exclusiveMaximum":-0.5}""", "-1.25|-1.2|-1|-0.51|-0.6", "-1.26|-0.5|0|1")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"ab\"|\"漢字é\"|\"\\u00e9\\n\"|\"\\ud83d\\ude00x\"", "\"a\"|\"abcd\"|ab|\"\\ud83d\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-28\"|\"1999-12-31\"", "\"2023-02-30\"|\"2023-13-01\"|\"2023-1-1\"")]
    [InlineData("""{"type":"string","format":"uuid"}""", "\"123e4567-e89b-12d3-a456-426614174000\"", "\"123e4567e89b12d3a456426614174000\"")]
    [InlineData("""{"enum":["a",1,null,[1,2]]}""", "\"a\"|1|null|[1,2]", "\"b\"|2|true")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":3}""", "[1]|[1,2,3]|[ 1 , 2 ]", "[]|[1,2,3,4]|[1,]|[\"a\"]")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false}""", "[]|[1]|[1,\"a\"]", "[\"a\"]|[1,\"a\",2]")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"},"c":{"type":"null"}},"required":["b"],"additionalProperties":false}""", """{"b":"x"}|{"a":1,"b":"x"}|{"b":"x","c":null}|{ "a": 1, "b": "x", "c": null }""", """{}|{"a":1}|{"b":1}|{"b":"x","d":1}|{"b":"x",}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}}""", """{}|{"a":1}|{"x":"y"}|{"a":1,"aa":"y","b":"z"}""", """{"a":"y"}|{"x":1}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"},"minProperties":1,"maxProperties":2}""", """{"x":1}|{"x":1,"y":2}""", """{}|{"x":1,"y":2,"z":3}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"properties":{"a":{"minimum":3},"b":{"type":"null"}},"required":["b"]}]}""", """{"a":3,"b":null}""", """{"a":2,"b":null}|{"a":3}""")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string","maxLength":1}]}""", "5|\"x\"", "\"xy\"|null")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"t":{"const":"a"}},"required":["t"],"additionalProperties":false},{"type":"object","properties":{"t":{"const":"b"},"n":{"type":"integer"}},"required":["t","n"],"additionalProperties":false}]}""", """{"t":"a"}|{"t":"b","n":1}""", """{"t":"b"}|{"t":"a","n":1}""")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"],"additionalProperties":false}}}""", """{"v":1,"next":null}|{"v":1,"next":{"v":2,"next":{"v":3,"next":null}}}""", """{"v":1}|{"v":1,"next":{}}""")]
    [InlineData("true", """{"a":[1,{"b":null}]}|"x"|-1.5e3""", "x|[1")]
    public void Create_Schema_TakesWhatIsValidAndNothingElse(string schema, string valid, string invalid)
    {
        TokenConstraint constraint = Compile(schema);
        Assert.All(valid.Split('|'), text => Assert.True(Accepts(constraint, text), text));
        Assert.All(invalid.Split('|'), text => Assert.False(Accepts(constraint, text), text));
    }

    [Theory]
    [InlineData("""{"type":"object","dependentRequired":{"a":["b"]}}""", "dependentRequired")]
    [InlineData("""{"not":{"type":"null"}}""", "not")]
    [InlineData("""{"if":{"type":"null"}}""", "if")]
    [InlineData("""{"type":"string","pattern":"^a$"}""", "pattern")]
    [InlineData("""{"type":"string","format":"email"}""", "email")]
    [InlineData("""{"type":"array","uniqueItems":true}""", "uniqueItems")]
    [InlineData("""{"type":"object","patternProperties":{"^a":{}}}""", "patternProperties")]
    [InlineData("""{"type":"integer","multipleOf":3}""", "multipleOf")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "oneOf")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""", "no number")]
    [InlineData("""{"$ref":"https://example.org/x"}""", "$ref")]
    [InlineData("""{"$ref":"#"}""", "itself")]
    [InlineData("""{"properties":{"a":{"nonsense":1}}}""", "nonsense")]
    [InlineData("""{"enum":["a"],"type":"integer"}""", "no value")]
    [InlineData("false", "no value")]
    [InlineData("7", "object or a boolean")]
    public void Create_WhatCannotBePromised_IsRefusedByName(string schema, string named)
    {
        JsonSchemaException refusal = Assert.Throws<JsonSchemaException>(() => JsonSchemaGrammar.Create(JsonElement.Parse(schema)));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TypesOfDotNet_TakeWhatTheSerialiserWrites()
    {
        var order = new Order(7, "Anna", 12.5m, State.Open, [new Line("x", 2), new Line("y", 1)], new() { ["a"] = 1 }, null);
        TokenConstraint constraint = TokenConstraint.Compile(JsonSchemaGrammar.Create(AIJsonUtilities.CreateJsonSchema(typeof(Order))), Tokenizers.SmolLm);
        string text = JsonSerializer.Serialize(order, Written);
        Assert.True(Accepts(constraint, text), text + AIJsonUtilities.CreateJsonSchema(typeof(Order)));
    }

    [Fact]
    public void Create_LargeSchemas_CompileInTime()
    {
        long start = Stopwatch.GetTimestamp();
        var properties = new JsonObject();
        for (int i = 0; i < 100; i++)
        {
            properties[$"property{i}"] = new JsonObject { ["type"] = "string", ["maxLength"] = 10_000 };
        }

        string wide = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. Enumerable.Range(0, 50).Select(i => (JsonNode)$"property{2 * i}")]),
        }.ToJsonString();
        string words = new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(i => (JsonNode)$"word number {i}")]) }.ToJsonString();
        Assert.NotEmpty(Compile(wide).Start().AllowedBits);
        Assert.True(Accepts(Compile(words), "\"word number 999\""));
        Assert.True(Accepts(Compile("""{"type":"array","items":{"type":"boolean"},"maxItems":1000}"""), $"[{string.Join(',', Enumerable.Repeat("true", 1000))}]"));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
    }

    private static TokenConstraint Compile(string schema) => TokenConstraint.Compile(JsonSchemaGrammar.Create(JsonElement.Parse(schema)), Tokenizers.SmolLm);

    private static bool Accepts(TokenConstraint constraint, string text)
    {
        ConstraintState state = constraint.Start();
        return state.TryAccept(Encoding.UTF8.GetBytes(text)) && state.CanEnd;
    }

    private enum State
    {
        Open,
        Closed,
    }

    private sealed record Line(string Text, int Count);

    private sealed record Order(int Number, string Customer, decimal Total, State State, IReadOnlyList<Line> Lines, Dictionary<string, int> Marks, Order? Parent);
}
