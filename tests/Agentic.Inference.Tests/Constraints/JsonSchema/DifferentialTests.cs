using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tests.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Replies drawn at random under a schema's constraint, each held against an independent validator.</summary>
public sealed class DifferentialTests
{
    private const int Schemas = 320;
    private const int Outputs = 20;

    [Fact]
    public void Sample_RandomSchemas_EveryReplyIsValid()
    {
        int compiled = 0, refused = 0;
        for (int seed = 0; compiled < Schemas; seed++)
        {
            string text = new SchemaMaker(new Random(seed)).Make().ToJsonString();
            TokenConstraint constraint;
            try
            {
                constraint = TokenConstraint.Compile(JsonSchemaGrammar.Create(JsonElement.Parse(text)), Tokenizers.SmolLm);
            }
            catch (Exception refusal) when (refusal is JsonSchemaException or GrammarException)
            {
                Assert.True(++refused < Schemas / 4, $"{refusal.Message}\n{text}");
                continue;
            }

            compiled++;
            var validator = Json.Schema.JsonSchema.FromText(text);
            for (int i = 0; i < Outputs; i++)
            {
                RandomReplies.RequireValid(validator, RandomReplies.Draw(constraint, new Random(seed * 1000 + i)), text);
            }
        }
    }
}
