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
    [InlineData("""{"type":"string","pattern":"^[A-Z]{2}-\\d+$","maxLength":6}""", "\"AB-1\"|\"XY-123\"", "\"AB-\"|\"AB-1234\"|\"ab-1\"|\"AB-1 \"")]
    [InlineData("""{"type":"string","pattern":"\"|\\\\|\\n"}""", "\"a\\\"b\"|\"\\\\\"|\"x\\ny\"", "\"a\"|\"\"|\"\\u000a\"|\"\"\"")]
    [InlineData("""{"type":"string","pattern":"^[\\x00-\\x1f]$"}""", "\"\\u0000\"|\"\\u001f\"|\"\\t\"|\"\\b\"|\"\\u000b\"", "\"\\u0020\"|\" \"|\"\\u0009\"")]
    [InlineData("""{"type":"string","pattern":"é","minLength":3}""", "\"éab\"|\"漢é漢\"|\"😀é😀\"", "\"éa\"|\"abc\"")]
    [InlineData("""{"type":"string","format":"email","maxLength":12}""", "\"a.b@cd.ef\"", "\"a.b@cd.efghij\"|\"a@b\"|\"a..b@c.de\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-29\"|\"2000-02-29\"", "\"2023-02-29\"|\"1900-02-29\"|\"0000-02-29\"")]
    [InlineData("""{"type":"string","format":"ipv6"}""", "\"::1\"|\"1:2:3:4:5:6:7:8\"|\"1::8\"|\"::ffff:1.2.3.4\"", "\"1:2\"|\"1::2::3\"|\"12345::\"|\"1:2:3:4:5:6:7:8:9\"")]
    [InlineData("""{"type":"string","format":"uri"}""", "\"https://a.example/b?c=d#e\"|\"mailto:a@b.cd\"|\"urn:isbn:123\"", "\"/a\"|\"https://a b\"|\"https://a/%zz\"")]
    [InlineData("""{"type":"string","format":"duration"}""", "\"P1Y2M3DT4H5M6S\"|\"PT1S\"|\"P2W\"", "\"P\"|\"PT\"|\"P1H\"|\"P1Y1D\"")]
    [InlineData("""{"type":"integer","multipleOf":60,"minimum":0,"maximum":3600}""", "0|60|3600", "30|3660|-60|1")]
    [InlineData("""{"type":"number","multipleOf":0.01,"exclusiveMinimum":0}""", "19.99|0.07|5|5.1", "0.005|0|0.00|-1")]
    [InlineData("""{"type":"number","multipleOf":0.25}""", "0.25|-1.5|7|0.5|2.75", "0.1|0.3|2.76")]
    [InlineData("""{"type":"integer","multipleOf":1.5}""", "0|3|-6", "1|2|4.5")]
    [InlineData("""{"type":"integer","format":"int8"}""", "127|-128", "128|-129")]
    [InlineData("""{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true,"minItems":1,"maxItems":2}""", "[\"b\"]|[\"c\",\"a\"]", "[]|[\"a\",\"a\"]|[\"a\",\"b\",\"c\"]")]
    [InlineData("""{"type":"array","items":{"type":"integer","minimum":1,"maximum":31},"uniqueItems":true,"minItems":2}""", "[1,2]|[3,17,31]", "[5]|[5,5]|[5,4]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"contains":{"minimum":10},"maxItems":3}""", "[10]|[1,11]|[1,2,12]|[10,1]", "[]|[1]|[1,2,3]|[1,2,3,10]")]
    [InlineData("""{"type":"object","patternProperties":{"^x-":{"type":"integer"},"y$":{"minimum":3}},"additionalProperties":false}""", """{"x-a":1}|{"ay":4}|{"x-y":3}|{}""", """{"x-y":2}|{"b":1}|{"x-a":"s"}|{"y":1}""")]
    [InlineData("""{"type":"object","properties":{"x-a":{"maximum":9}},"patternProperties":{"^x-":{"type":"integer"}}}""", """{"x-a":1}|{"x-a":1,"x-b":20}""", """{"x-a":10}|{"x-a":"s"}|{"b":1}""")]
    [InlineData("""{"type":"object","propertyNames":{"enum":["de","en"]},"additionalProperties":{"type":"string"},"minProperties":1}""", """{"de":"x"}|{"en":"y"}|{"de":"x","en":"y"}""", """{}|{"fr":"x"}|{"de":1}|{"de":"x","de":"y"}""")]
    [InlineData("""{"type":"object","propertyNames":{"pattern":"^[a-z]+$","maxLength":3},"additionalProperties":{"type":"null"}}""", """{"abc":null}|{}""", """{"abcd":null}|{"A":null}|{"":null}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"},"c":{"type":"null"}},"minProperties":1,"maxProperties":2,"additionalProperties":false}""", """{"a":null}|{"a":null,"c":null}|{"b":null,"c":null}""", """{}|{"a":null,"b":null,"c":null}""")]
    [InlineData("""{"type":"object","properties":{"card":{"type":"integer"},"address":{"type":"string"}},"dependentRequired":{"card":["address"]},"additionalProperties":false}""", """{}|{"address":"x"}|{"card":1,"address":"x"}""", """{"card":1}""")]
    [InlineData("""{"type":"object","properties":{"card":{"type":"integer"},"address":{"type":"string"}},"dependentSchemas":{"card":{"properties":{"address":{"minLength":2}},"required":["address"]}},"additionalProperties":false}""", """{"address":"x"}|{"card":1,"address":"xy"}""", """{"card":1}|{"card":1,"address":"x"}""")]
    [InlineData("""{"type":"object","properties":{"kind":{"enum":["a","b"]},"n":{"type":"integer"}},"required":["kind"],"if":{"properties":{"kind":{"const":"a"}},"required":["kind"]},"then":{"required":["n"]},"else":{"properties":{"n":{"maximum":0}}},"additionalProperties":false}""", """{"kind":"a","n":5}|{"kind":"b"}|{"kind":"b","n":-1}""", """{"kind":"a"}|{"kind":"b","n":5}|{"n":1}""")]
    [InlineData("""{"type":"string","not":{"enum":["a","b"]},"maxLength":1}""", "\"\"|\"c\"", "\"a\"|\"b\"")]
    [InlineData("""{"type":["integer","null","boolean"],"not":{"enum":[null,false,0,7]},"minimum":0,"maximum":9}""", "true|1|6|8", "null|false|0|7")]
    [InlineData("""{"type":"string","not":{"pattern":"^ | $"},"minLength":1}""", "\"a b\"|\"x\"", "\" a\"|\"a \"|\"\"")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "0.5|-1.25", "1|2.0|0")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},"oneOf":[{"required":["a"]},{"required":["b"]}],"additionalProperties":false}""", """{"a":null}|{"b":null}""", """{}|{"a":null,"b":null}""")]
    [InlineData("""{"oneOf":[{"minimum":5},{"maximum":7}],"type":"integer"}""", "4|8", "5|6|7")]
    [InlineData("""{"type":"string","nullable":true}""", "\"a\"|null", "1")]
    [InlineData("""{"type":"string","contentEncoding":"base64"}""", "\"\"|\"TWFu\"|\"TWE=\"|\"TQ==\"", "\"TWF\"|\"TWF=\"|\"T\"")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"null"}}},{"properties":{"b":{"type":"null"}}}],"unevaluatedProperties":false}""", """{"a":null,"b":null}|{}""", """{"c":null}|{"a":null,"c":1}""")]
    [InlineData("""{"type":"object","allOf":[{"properties":{"a":{}},"unevaluatedProperties":false},{"properties":{"a":{"type":"null"},"b":{}}}]}""", """{"a":null}|{}""", """{"a":null,"b":1}|{"b":1}""")]
    [InlineData("""{"type":"object","properties":{"b":{"const":1}},"allOf":[{"anyOf":[{"properties":{"a":{"type":"null"}},"required":["a"]},{"properties":{"b":{"const":2}}}],"unevaluatedProperties":false}]}""", """{"a":null}""", """{"b":1,"a":null}|{"b":1}""")]
    [InlineData("""{"type":"array","allOf":[{"prefixItems":[{"type":"null"}]}],"unevaluatedItems":false}""", "[]|[null]", "[null,null]|[1]")]
    [InlineData("""{"type":"string","pattern":"^\\d+$","enum":["1","a","22"]}""", "\"1\"|\"22\"", "\"a\"")]
    [InlineData("true", """{"a":[1,{"b":null}]}|"x"|-1.5e3""", "x|[1")]
    public void Create_Schema_TakesWhatIsValidAndNothingElse(string schema, string valid, string invalid)
    {
        TokenConstraint constraint = Compile(schema);
        Assert.All(valid.Split('|'), text => Assert.True(Accepts(constraint, text), text));
        Assert.All(invalid.Split('|'), text => Assert.False(Accepts(constraint, text), text));
    }

    [Theory]
    [InlineData("""{"not":{"items":{"type":"null"}}}""", "items")]
    [InlineData("""{"if":{"format":"date"},"then":{"type":"null"}}""", "format")]
    [InlineData("""{"type":"string","pattern":"^(?!a)b$"}""", "pattern")]
    [InlineData("""{"type":"string","format":"colour"}""", "colour")]
    [InlineData("""{"type":"string","contentEncoding":"base91"}""", "base91")]
    [InlineData("""{"type":"array","uniqueItems":true,"items":{"type":"string"}}""", "uniqueItems")]
    [InlineData("""{"type":"object","patternProperties":{"(":{}}}""", "patternProperties")]
    [InlineData("""{"type":"integer","multipleOf":7919}""", "multipleOf")]
    [InlineData("""{"type":"number","multipleOf":0}""", "multipleOf")]
    [InlineData("""{"type":"array","contains":{},"maxContains":1}""", "maxContains")]
    [InlineData("""{"type":"object","minProperties":2}""", "minProperties")]
    [InlineData("""{"unevaluatedProperties":{"type":"string"}}""", "unevaluatedProperties")]
    [InlineData("""{"not":{"const":[1]}}""", "not")]
    [InlineData("""{"oneOf":[{"type":"string","format":"date"},{"type":"string","maxLength":9}]}""", "oneOf")]
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
