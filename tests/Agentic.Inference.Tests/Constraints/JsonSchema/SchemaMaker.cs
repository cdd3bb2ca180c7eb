using System.Text.Json.Nodes;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Random schemas of the supported keywords.</summary>
internal sealed class SchemaMaker(Random random)
{
    private static readonly string[] Names = ["a", "name", "value", "x y", "é", "\"q\"", "list", "id", "next", "kind"];

    public JsonNode Make()
    {
        JsonObject schema = Schema(3);
        schema["$defs"] = new JsonObject { ["tree"] = Tree() };
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        return schema;
    }

    private static readonly string[] Patterns = ["^[A-Z]{2,3}-\\d+$", "^\\w+$", "a|\"", "^(?:[a-z]+\\.)*[a-z]+$", "\\\\", "^\\S+ \\S+$", "é", "^[^\"\\\\]*$", "[\\t\\n]", "^.{2,}$"];

    private static readonly string[] Formats =
    [
        "date", "time", "date-time", "uuid", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "duration", "json-pointer",
        "relative-json-pointer", "idn-email", "idn-hostname", "password",
    ];

    private static JsonObject Tree() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["leaf"] = new JsonObject { ["type"] = "boolean" }, ["next"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/$defs/tree" }, new JsonObject { ["type"] = "null" }) } },
        ["required"] = new JsonArray("leaf"),
        ["additionalProperties"] = false,
    };

    private JsonObject Schema(int depth) => random.Next(depth == 0 ? 8 : 17) switch
    {
        0 => new JsonObject { ["type"] = "boolean", ["description"] = "yes or no" },
        1 => new JsonObject { ["type"] = new JsonArray("null", "integer") },
        2 => Number("integer"),
        3 => Number("number"),
        4 => Text(),
        5 => new JsonObject { ["enum"] = new JsonArray("red", 1, 2.5, null, true, "grün", new JsonArray(1, "x"), new JsonObject { ["k"] = "v" }) },
        6 => new JsonObject { ["const"] = random.Next(2) == 0 ? "fixed \"text\"\n" : random.Next(100) },
        7 => Negation(),
        8 => List(depth),
        9 => Set(),
        10 => Map(depth),
        11 => Conditional(depth),
        12 => new JsonObject { ["anyOf"] = new JsonArray(Schema(depth - 1), Schema(depth - 1)), ["title"] = "either" },
        13 => new JsonObject { ["oneOf"] = new JsonArray(Number("integer"), Text(), Tagged("a", depth), Tagged("b", depth)) },
        14 => new JsonObject { ["$ref"] = "#/$defs/tree" },
        _ => Object(depth),
    };

    private JsonObject Tagged(string tag, int depth) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = tag }, ["value"] = Schema(depth - 1) },
        ["required"] = new JsonArray("kind"),
        ["additionalProperties"] = false,
    };

    private JsonObject Number(string type)
    {
        var schema = new JsonObject { ["type"] = type };
        double low = Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(1, 5)), type == "integer" ? 0 : 2);
        if (random.Next(2) == 0)
        {
            schema[random.Next(3) == 0 ? "exclusiveMinimum" : "minimum"] = low;
        }

        if (random.Next(2) == 0)
        {
            schema[random.Next(3) == 0 ? "exclusiveMaximum" : "maximum"] = low + 1 + Math.Round(random.NextDouble() * 500, type == "integer" ? 0 : 3);
        }

        if (random.Next(3) == 0)
        {
            schema["multipleOf"] = type == "integer" ? random.Next(2, 40) : new[] { 0.01, 0.5, 0.25, 0.003, 2.5 }[random.Next(5)];
        }

        return schema;
    }

    private JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(7))
        {
            case 0 or 5:
                schema["format"] = Formats[random.Next(Formats.Length)];
                break;
            case 6:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                break;
            case 1:
                schema["maxLength"] = random.Next(1, 12);
                break;
            case 2:
                schema["minLength"] = random.Next(1, 8);
                schema["maxLength"] = random.Next(8, 30);
                break;
        }

        if ((schema.ContainsKey("format") || schema.ContainsKey("pattern")) && random.Next(3) == 0)
        {
            schema["minLength"] = random.Next(0, 4);
            schema["maxLength"] = random.Next(16, 40);
        }

        return schema;
    }

    private JsonObject Negation() => new()
    {
        ["type"] = new JsonArray("string", "integer", "boolean", "null"),
        ["not"] = random.Next(5) switch
        {
            0 => new JsonObject { ["enum"] = new JsonArray("a", 1, null, true) },
            1 => new JsonObject { ["const"] = "" },
            2 => new JsonObject { ["type"] = new JsonArray("null", "boolean") },
            3 => new JsonObject { ["pattern"] = Patterns[random.Next(Patterns.Length)] },
            _ => new JsonObject { ["anyOf"] = new JsonArray(Number("integer"), Text()) },
        },
    };

    private JsonObject Set()
    {
        var set = new JsonObject
        {
            ["type"] = "array",
            ["uniqueItems"] = true,
            ["items"] = random.Next(3) switch
            {
                0 => new JsonObject { ["enum"] = new JsonArray("red", 1, 1.0, 2.5, null, "grün") },
                1 => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "boolean" }, new JsonObject { ["const"] = "x" }, new JsonObject { ["const"] = true }) },
                _ => new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = random.Next(4, 20) },
            },
        };
        if (random.Next(2) == 0)
        {
            set["minItems"] = random.Next(0, 3);
            set["maxItems"] = 4;
        }

        return set;
    }

    private JsonObject Map(int depth) => new()
    {
        ["type"] = "object",
        ["propertyNames"] = random.Next(3) switch
        {
            0 => new JsonObject { ["enum"] = new JsonArray("de", "en", "fr") },
            1 => new JsonObject { ["pattern"] = Patterns[random.Next(Patterns.Length)], ["maxLength"] = 20 },
            _ => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["const"] = "é" }, new JsonObject { ["format"] = "date" }) },
        },
        ["additionalProperties"] = Schema(depth - 1),
        ["minProperties"] = random.Next(2),
    };

    private JsonObject Conditional(int depth) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["enum"] = new JsonArray("a", "b", "c") }, ["value"] = new JsonObject(), ["id"] = Number("integer") },
        ["required"] = new JsonArray("kind"),
        ["if"] = new JsonObject { ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = "b" } }, ["required"] = new JsonArray("kind") },
        ["then"] = new JsonObject { ["properties"] = new JsonObject { ["value"] = Schema(depth - 1) }, ["required"] = new JsonArray("value") },
        ["else"] = new JsonObject { ["not"] = new JsonObject { ["required"] = new JsonArray("id") } },
        ["additionalProperties"] = false,
    };

    private JsonObject List(int depth)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Schema(depth - 1) };
        if (random.Next(2) == 0)
        {
            schema["minItems"] = random.Next(0, 3);
            schema["maxItems"] = random.Next(3, 6);
        }

        if (random.Next(5) == 0)
        {
            schema["contains"] = Schema(0);
            schema["minContains"] = random.Next(0, 3);
        }
        else if (random.Next(4) == 0)
        {
            schema["prefixItems"] = new JsonArray(Schema(depth - 1), Schema(depth - 1));
            schema["items"] = random.Next(2) == 0 ? false : Schema(depth - 1);
        }

        return schema;
    }

    private JsonObject Object(int depth)
    {
        var properties = new JsonObject();
        foreach (string name in Names.OrderBy(_ => random.Next()).Take(random.Next(0, 5)))
        {
            properties[name] = Schema(depth - 1);
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. properties.Select(p => p.Key).Where(_ => random.Next(2) == 0).Select(name => (JsonNode)name)]),
        };
        if (random.Next(4) == 0)
        {
            schema["maxProperties"] = random.Next(2, 6);
            schema["minProperties"] = random.Next(0, 2);
        }

        if (random.Next(4) == 0)
        {
            schema["dependentRequired"] = new JsonObject { [Names[random.Next(Names.Length)]] = new JsonArray("id", "value") };
        }

        switch (random.Next(6))
        {
            case 0:
                schema["additionalProperties"] = Schema(depth - 1);
                break;
            case 4:
                schema["patternProperties"] = new JsonObject { ["^n"] = Schema(depth - 1), ["e$"] = Schema(0) };
                break;
            case 5:
                schema["unevaluatedProperties"] = false;
                break;
            case 1:
                schema["additionalProperties"] = true;
                break;
            case 2:
                schema["additionalProperties"] = false;
                break;
            default:
                schema["allOf"] = new JsonArray(new JsonObject { ["properties"] = new JsonObject { ["extra"] = Schema(depth - 1) }, ["required"] = new JsonArray("extra") });
                break;
        }

        return schema;
    }
}
