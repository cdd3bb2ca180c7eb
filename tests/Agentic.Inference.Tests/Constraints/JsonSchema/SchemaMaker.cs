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
        return schema;
    }

    private static JsonObject Tree() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["leaf"] = new JsonObject { ["type"] = "boolean" }, ["next"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/$defs/tree" }, new JsonObject { ["type"] = "null" }) } },
        ["required"] = new JsonArray("leaf"),
        ["additionalProperties"] = false,
    };

    private JsonObject Schema(int depth) => random.Next(depth == 0 ? 7 : 13) switch
    {
        0 => new JsonObject { ["type"] = "boolean", ["description"] = "yes or no" },
        1 => new JsonObject { ["type"] = new JsonArray("null", "integer") },
        2 => Number("integer"),
        3 => Number("number"),
        4 => Text(),
        5 => new JsonObject { ["enum"] = new JsonArray("red", 1, 2.5, null, true, "grün", new JsonArray(1, "x"), new JsonObject { ["k"] = "v" }) },
        6 => new JsonObject { ["const"] = random.Next(2) == 0 ? "fixed \"text\"\n" : random.Next(100) },
        7 => List(depth),
        8 => new JsonObject { ["anyOf"] = new JsonArray(Schema(depth - 1), Schema(depth - 1)), ["title"] = "either" },
        9 => new JsonObject { ["oneOf"] = new JsonArray(Number("integer"), Text(), Tagged("a", depth), Tagged("b", depth)) },
        10 => new JsonObject { ["$ref"] = "#/$defs/tree" },
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

        return schema;
    }

    private JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(4))
        {
            case 0:
                schema["format"] = new[] { "date", "time", "date-time", "uuid" }[random.Next(4)];
                break;
            case 1:
                schema["maxLength"] = random.Next(1, 12);
                break;
            case 2:
                schema["minLength"] = random.Next(1, 8);
                schema["maxLength"] = random.Next(8, 30);
                break;
        }

        return schema;
    }

    private JsonObject List(int depth)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Schema(depth - 1) };
        if (random.Next(2) == 0)
        {
            schema["minItems"] = random.Next(0, 3);
            schema["maxItems"] = random.Next(3, 6);
        }

        if (random.Next(4) == 0)
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
        switch (random.Next(4))
        {
            case 0:
                schema["additionalProperties"] = Schema(depth - 1);
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
