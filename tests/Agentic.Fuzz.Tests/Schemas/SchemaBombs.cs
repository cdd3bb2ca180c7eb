using System.Globalization;

namespace Agentic.Fuzz.Tests.Schemas;

/// <summary>Schemas that are small or plain and ask for very much.</summary>
internal static class SchemaBombs
{
    public static IEnumerable<string> All() => Sizes().Concat(Depths()).Concat(Products());

    private static IEnumerable<string> Sizes()
    {
        yield return $$"""{"enum":[{{List(100_000, i => $"\"word {i}\"")}}]}""";
        yield return $$"""{"allOf":[{"enum":[{{List(50_000, i => $"{i}")}}]},{"enum":[{{List(50_000, i => $"{i}.5")}}]}]}""";
        yield return $$"""{"not":{"enum":[{{List(20_000, i => $"\"w{i}\"")}}]},"type":"string"}""";
        yield return $$"""{"not":{"enum":[{{List(20_000, i => $"{i}")}}]},"type":"integer"}""";
        yield return $$"""{"type":"string","pattern":"1","enum":[{{List(20_000, i => $"\"w{i}\"")}}]}""";
        yield return $$"""{"type":"object","properties":{{{List(15_000, i => $"\"p{i}\":{{}}")}} },"required":[{{List(15_000, i => $"\"p{i}\"")}}]}""";
        yield return $$"""{"type":"object","properties":{{{List(1_000, i => $"\"p{i}\":{{}}")}} },"minProperties":500,"maxProperties":501,"additionalProperties":false}""";
        yield return $$"""{"type":"array","prefixItems":[{{List(15_000, _ => "{}")}}]}""";
        yield return $$"""{"type":"array","uniqueItems":true,"items":{"enum":[{{List(900, i => $"{i}")}}]},"minItems":400,"maxItems":401}""";
        yield return """{"type":"array","items":{},"minItems":100000,"maxItems":99999999999999999999}""";
        yield return """{"type":"string","minLength":1000000,"maxLength":99999999999999999999}""";
        yield return """{"type":"string","pattern":"^[^x]+$","minLength":100000}""";
        yield return """{"type":"string","pattern":"a.{12}b","maxLength":100000}""";
        yield return """{"type":"number","multipleOf":4093,"minimum":-1e400,"maximum":1e400}""";
        yield return """{"type":"number","multipleOf":0.0000004099}""";
        yield return $$"""{"type":"number","minimum":{{new string('9', 900)}} }""";
        yield return $$"""{"const":{{new string('9', 5000)}} }""";
        yield return $$"""{"pattern":"{{new string('(', 5000)}}"}""";
        yield return $$"""{"required":["{{new string('x', 200_000)}}"],"type":"object"}""";
    }

    private static IEnumerable<string> Depths()
    {
        foreach (string step in (string[])["not", "items", "allOf", "anyOf", "if", "properties", "contains", "propertyNames", "dependentSchemas", "oneOf"])
        {
            (string open, string close) = step switch
            {
                "allOf" or "anyOf" or "oneOf" => ($$"""{"{{step}}":[""", "]}"),
                "properties" or "dependentSchemas" => ($$$"""{"{{{step}}}":{"a":""", "}}"),
                "if" => ("""{"then":{"type":"null"},"if":""", "}"),
                _ => ($$"""{"{{step}}":""", "}"),
            };
            yield return Deep(open, """{"type":"string"}""", close, 1500);
        }

        yield return Deep("""{"const":""", Deep("[", "1", "]", 4000), "}", 1);
        yield return Deep("""{"type":"object","required":["a"],"properties":{"a":""", """{"type":"string"}""", "}}", 800);
        yield return $$"""{"$ref":"#/$defs/0","$defs":{{{List(15_000, i => $"\"{i}\":{{\"$ref\":\"#/$defs/{i + 1}\"}}")}},"15000":{"not":{"$ref":"#/$defs/14999"} } } }""";
        yield return $$"""{"$ref":"#/$defs/0","$defs":{{{List(8_000, i => $"\"{i}\":{{\"not\":{{\"$ref\":\"#/$defs/{i + 1}\"}}}}")}},"8000":{"type":"null"} } }""";
        yield return $$"""{"$ref":"{{string.Concat(Enumerable.Repeat("#/$defs/a", 20_000))}}"}""";
        yield return $$"""{"$ref":"#{{string.Concat(Enumerable.Repeat("/properties/a", 20_000))}}"}""";
    }

    private static IEnumerable<string> Products()
    {
        yield return $$"""{"allOf":[{{List(40, i => $"{{\"anyOf\":[{{\"required\":[\"a{i}\"]}},{{\"required\":[\"b{i}\"]}}]}}")}}]}""";
        yield return $$"""{"allOf":[{{List(5, i => $"{{\"anyOf\":[{List(900, j => $"{{\"required\":[\"p{i}x{j}\"]}}")}]}}")}}]}""";
        yield return $$"""{"oneOf":[{{List(300, i => $"{{\"required\":[\"p{i}\"]}}")}}]}""";
        yield return $$"""{"type":"object","dependentRequired":{{{List(200, i => $"\"p{i}\":[\"p{i + 1}\"]")}} } }""";
        yield return $$"""{"type":"object","patternProperties":{{{List(40, i => $"\"{(char)('a' + i % 26)}{i}\":{{}}")}} } }""";
        yield return $$"""{"type":"string","allOf":[{{List(30, i => $"{{\"pattern\":\"a.{{{i}}}b\"}}")}}]}""";
        yield return $$"""{"type":"array","allOf":[{{List(30, i => $"{{\"contains\":{{\"const\":{i}}},\"minContains\":3}}")}}]}""";
        yield return $$"""{"type":"object","properties":{{{List(300, i => $"\"p{i}\":{{\"type\":\"string\",\"pattern\":\"^[a-z]{{{i}}}\",\"maxLength\":{1000 + i}}}")}} } }""";
        yield return """{"not":{"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}},"required":["a"]}}""";
        yield return """{"if":{"properties":{"a":{"$ref":"#"}}},"then":{"properties":{"b":{"$ref":"#"}}},"else":{"properties":{"c":{"$ref":"#"}}}}""";
        yield return """{"propertyNames":{"$ref":"#"},"additionalProperties":{"$ref":"#"}}""";
        yield return """{"anyOf":[{"items":{"$ref":"#"}},{"not":{"items":{"$ref":"#"}}}]}""";
    }

    private static string List(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(i => item(i).ToString(CultureInfo.InvariantCulture)));

    private static string Deep(string open, string inside, string close, int depth) => string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));
}
