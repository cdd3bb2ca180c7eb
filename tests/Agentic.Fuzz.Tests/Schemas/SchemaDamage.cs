using System.Text.Json.Nodes;

namespace Agentic.Fuzz.Tests.Schemas;

/// <summary>Schemas at random, and random changes of schemas.</summary>
internal static class SchemaDamage
{
    private static readonly string[] Keywords =
    [
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "contentEncoding",
        "items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems",
        "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired", "dependentSchemas",
        "dependencies", "unevaluatedProperties", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$defs", "$id", "$schema", "$anchor", "$dynamicRef",
        "nullable", "title", "default", "discriminator", "x-y", "id", "",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "3", "7", "10", "0.5", "0.01", "1e2", "-0", "1e308", "1e400", "-1e400", "1e-400", "1e99999999999", "9223372036854775808", "2147483648", "0.1e-5", "1.0", "4097", "123456789012345678901234567890",
    ];

    private static readonly string[] Patterns =
    [
        "^a+$", "^[^a-c]{2,5}$", "(a|b)*c", "^(a?){30}$", "\\p{L}", "[", "(?=a)", "^.{0,300}x.{5}$", "(((", "a{1000}", "^(([a-z]+)+)+$", "\\", "", "^\\d{4}-\\d{2}$", "x*y*z*", "^(a|aa)+$",
    ];

    private static readonly string[] Formats = ["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid", "json-pointer", "byte", "regex", "int32", "float", "password", "?"];

    private static readonly string[] References = ["#", "#/", "#/$defs/a", "#/$defs/b", "#/properties/a", "#/items", "#/anyOf/0", "#a", "x#/y", "#/~", "#/%", "#/$defs/a/not", "https://json-schema.org/draft/2020-12/schema"];

    private static readonly string[] Types = ["null", "boolean", "integer", "number", "string", "array", "object", "any"];

    private static readonly string[] Names = ["a", "b", "type", "é", "", "a/b", "~", "\"", "very long name very long name"];

    /// <summary>A schema of random keywords with values that mostly fit them.</summary>
    public static JsonNode Schema(Random random, int depth)
    {
        if (depth == 0 || random.Next(12) == 0)
        {
            return random.Next(4) switch { 0 => JsonValue.Create(true), 1 => new JsonObject { ["$ref"] = Pick(References, random) }, 2 => new JsonObject(), _ => new JsonObject { ["type"] = Pick(Types, random) } };
        }

        var schema = new JsonObject();
        for (int keywords = random.Next(1, 6); keywords > 0; keywords--)
        {
            string keyword = Pick(Keywords, random);
            schema[keyword] = random.Next(40) == 0 ? Any(random, 3) : Value(keyword, random, depth);
        }

        if (depth == 5)
        {
            schema["$defs"] = new JsonObject { ["a"] = Schema(random, 3), ["b"] = Schema(random, 3) };
        }

        return schema;
    }

    /// <summary>One change somewhere below a node.</summary>
    public static void Change(JsonNode root, Random random)
    {
        JsonNode at = root;
        while (random.Next(6) > 0)
        {
            JsonNode[] children = at switch { JsonObject o => [.. o.Select(p => p.Value).OfType<JsonNode>()], JsonArray a => [.. a.OfType<JsonNode>()], _ => [] };
            children = [.. children.Where(child => child is JsonObject or JsonArray)];
            if (children.Length == 0)
            {
                break;
            }

            at = children[random.Next(children.Length)];
        }

        if (at is JsonArray list)
        {
            ChangeList(list, random);
        }
        else if (at is JsonObject schema)
        {
            string[] names = [.. schema.Select(p => p.Key)];
            string name = names.Length == 0 || random.Next(3) == 0 ? Pick(Keywords, random) : names[random.Next(names.Length)];
            switch (random.Next(6))
            {
                case 0:
                    schema.Remove(name);
                    break;
                case 1 when schema[name] is { } moved:
                    schema[Pick(Keywords, random)] = moved.DeepClone();
                    break;
                case 2:
                    schema[name] = Any(random, 3);
                    break;
                default:
                    schema[name] = Value(name, random, 3);
                    break;
            }
        }
    }

    private static void ChangeList(JsonArray list, Random random)
    {
        switch (list.Count == 0 ? 0 : random.Next(3))
        {
            case 0:
                list.Add(Any(random, 2));
                break;
            case 1:
                list.RemoveAt(random.Next(list.Count));
                break;
            default:
                list.Add(list[random.Next(list.Count)]?.DeepClone());
                break;
        }
    }

    private static JsonNode? Value(string keyword, Random random, int depth) => keyword switch
    {
        "type" => random.Next(3) == 0 ? new JsonArray(Pick(Types, random), Pick(Types, random)) : Pick(Types, random),
        "enum" => new JsonArray([.. Enumerable.Range(0, random.Next(6)).Select(_ => Any(random, 2))]),
        "const" or "default" => Any(random, 2),
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" => JsonNode.Parse(Pick(Numbers, random)),
        _ when keyword.StartsWith("min", StringComparison.Ordinal) || keyword.StartsWith("max", StringComparison.Ordinal) => random.Next(5) == 0 ? JsonNode.Parse(Pick(Numbers, random)) : random.Next(6),
        "pattern" => Pick(Patterns, random),
        "format" => Pick(Formats, random),
        "contentEncoding" => random.Next(2) == 0 ? "base64" : Pick(Names, random),
        "uniqueItems" or "nullable" => random.Next(2) == 0,
        "unevaluatedItems" or "unevaluatedProperties" => false,
        "prefixItems" or "allOf" or "anyOf" or "oneOf" => new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Schema(random, depth - 1))]),
        "properties" or "$defs" or "dependentSchemas" => Named(random, Names, () => Schema(random, depth - 1)),
        "patternProperties" => Named(random, Patterns, () => Schema(random, depth - 1)),
        "dependentRequired" or "dependencies" => Named(random, Names, () => new JsonArray(Pick(Names, random))),
        "required" => new JsonArray([.. Names.Where(_ => random.Next(3) == 0).Select(name => (JsonNode)name)]),
        "$ref" or "$dynamicRef" => Pick(References, random),
        "$id" or "$schema" or "$anchor" or "id" => Pick(References, random),
        "title" => Texts.Make(random),
        _ => Schema(random, depth - 1),
    };

    private static JsonObject Named(Random random, string[] names, Func<JsonNode> make)
    {
        var named = new JsonObject();
        for (int count = random.Next(4); count > 0; count--)
        {
            named[Pick(names, random)] = make();
        }

        return named;
    }

    private static JsonNode? Any(Random random, int depth) => random.Next(depth == 0 ? 5 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => JsonNode.Parse(Pick(Numbers, random)),
        3 => Pick(Names, random),
        4 => Texts.Make(random, 5),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth - 1))]),
        _ => Named(random, random.Next(2) == 0 ? Keywords : Names, () => Any(random, depth - 1) ?? new JsonObject()),
    };

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
