using System.Numerics;
using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Tests.Tokenization;
using Xunit;
using EvaluationOptions = Json.Schema.EvaluationOptions;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>Replies of a model that has no preferences, and what an independent validator says about them.</summary>
internal static class RandomReplies
{
    private const int FreeTokens = 24;
    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true };

    /// <summary>Fails unless a reply is JSON that the validator takes, formats included.</summary>
    public static void RequireValid(Json.Schema.JsonSchema validator, string reply, string schema)
    {
        JsonElement value;
        try
        {
            value = JsonElement.Parse(reply);
        }
        catch (JsonException e)
        {
            throw new Xunit.Sdk.XunitException($"{e.Message}\n{reply}\n{schema}");
        }

        Assert.True(validator.Evaluate(value, Strict).IsValid, $"{reply}\n{schema}");
    }

    /// <summary>Uniform among the allowed tokens, then the shortest way out.</summary>
    public static string Draw(TokenConstraint constraint, Random random)
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
