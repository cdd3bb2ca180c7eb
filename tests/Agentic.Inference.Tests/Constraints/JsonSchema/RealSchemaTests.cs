using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tests.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Schemas as programs write and export them: invoices, tools, extraction, pydantic, .NET, OpenAPI, configuration.</summary>
public sealed class RealSchemaTests
{
    private const int Outputs = 12;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Constraints", "JsonSchema", "Schemas");

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Names_AreManySchemas() => Assert.InRange(Names.Count, 60, 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_RealSchema_EveryReplyIsValid(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name + ".json"));
        TokenConstraint constraint = TokenConstraint.Compile(JsonSchemaGrammar.Create(JsonElement.Parse(text)), Tokenizers.SmolLm);
        JsonNode understood = JsonNode.Parse(text.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!;
        TranslateOpenApi(understood);
        var validator = Json.Schema.JsonSchema.FromText(understood.ToJsonString());
        for (int i = 0; i < Outputs; i++)
        {
            RandomReplies.RequireValid(validator, RandomReplies.Draw(constraint, new Random(i)), text);
        }

        // What the schema shows as an example can be written, too.
        foreach (JsonNode? example in understood["examples"]?.AsArray() ?? [])
        {
            string written = example!.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            RandomReplies.RequireValid(validator, written, text);
            ConstraintState state = constraint.Start();
            Assert.True(state.TryAccept(Encoding.UTF8.GetBytes(written)) && state.CanEnd, written);
        }
    }

    // The validator refuses keywords of OpenAPI.
    private static void TranslateOpenApi(JsonNode node)
    {
        foreach (JsonNode child in (node as JsonObject)?.Select(p => p.Value).OfType<JsonNode>().ToArray() ?? (node as JsonArray)?.OfType<JsonNode>().ToArray() ?? [])
        {
            TranslateOpenApi(child);
        }

        if (node is JsonObject schema)
        {
            foreach (string keyword in (string[])["example", "xml", "discriminator", "x-internal"])
            {
                schema.Remove(keyword);
            }

            if (schema.Remove("nullable"))
            {
                schema["type"] = new JsonArray((string)schema["type"]!, "null");
            }

            if (schema["components"] is { } components)
            {
                schema.Remove("components");
                schema["$defs"] = components["schemas"]!.DeepClone();
            }
        }
    }
}
