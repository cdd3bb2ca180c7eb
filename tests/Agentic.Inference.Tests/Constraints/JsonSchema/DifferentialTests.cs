using System.Numerics;
using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tests.Tokenization;
using Xunit;
using EvaluationOptions = Json.Schema.EvaluationOptions;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Replies drawn at random under a schema's constraint, each held against an independent validator.</summary>
public sealed class DifferentialTests
{
    private const int Schemas = 320;
    private const int Outputs = 20;
    private const int FreeTokens = 24;
    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true };

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
                string reply = Draw(constraint, new Random(seed * 1000 + i));
                JsonElement value;
                try
                {
                    value = JsonElement.Parse(reply);
                }
                catch (JsonException e)
                {
                    throw new Xunit.Sdk.XunitException($"{e.Message}\n{reply}\n{text}");
                }

                Assert.True(validator.Evaluate(value, Strict).IsValid, $"{reply}\n{text}");
            }
        }
    }

    /// <summary>Uniform among the allowed tokens, then the shortest way out.</summary>
    private static string Draw(TokenConstraint constraint, Random random)
    {
        ConstraintState state = constraint.Start();
        var ids = new List<int>();
        for (int i = 0; i < FreeTokens && !state.MustEnd; i++)
        {
            int token = Pick(state.AllowedBits, random);
            state.Accept(token);
            if (Tokenizers.SmolLm.EndTokens.Contains(token))
            {
                return Text(ids);
            }

            ids.Add(token);
        }

        foreach (int token in state.ShortestEnd())
        {
            state.Accept(token);
            ids.Add(token);
        }

        Assert.True(state.CanEnd);
        return Text(ids);
    }

    private static string Text(List<int> ids) => Encoding.UTF8.GetString([.. ids.SelectMany(id => Tokenizers.SmolLm.TokenBytes(id).ToArray())]);

    private static int Pick(uint[] allowed, Random random)
    {
        int which = random.Next(allowed.Sum(BitOperations.PopCount));
        for (int word = 0; ; word++)
        {
            int count = BitOperations.PopCount(allowed[word]);
            if (which >= count)
            {
                which -= count;
                continue;
            }

            uint bits = allowed[word];
            while (which-- > 0)
            {
                bits &= bits - 1;
            }

            return word * 32 + BitOperations.TrailingZeroCount(bits);
        }
    }
}
