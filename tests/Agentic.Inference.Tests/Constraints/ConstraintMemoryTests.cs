using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tests.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Constraints;

public sealed class ConstraintMemoryTests
{
    private const long Limit = 4 << 20;

    [Fact]
    public void Accept_EndlessReply_RemembersNoMoreThanItsLimit()
    {
        // Every item of a counted list stands in surroundings of its own: nothing of it can be used again.
        TokenConstraint constraint = Compile("""{"type":"array","maxItems":100000,"items":{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a","b"],"additionalProperties":false}}""");
        ConstraintState state = constraint.Start(), fork = state.Fork();
        int[] item = Tokenizers.SmolLm.Encode("{\"a\": 12, \"b\": \"some words\"}, ");
        Assert.True(state.TryAccept("["u8));
        uint[]? first = null;
        int memories = 1;
        ConstraintMemory memory = constraint.Memory(null);
        for (int i = 0; i < 4000; i++)
        {
            foreach (int token in item)
            {
                state.Accept(token);
                memories += ReferenceEquals(memory, constraint.Memory(null)) ? 0 : 1;
                memory = constraint.Memory(null);
                Assert.InRange(memory.Table.Weight, 0, Limit + (Limit / 4));
            }

            uint[] allowed = state.AllowedBits;
            first ??= [.. allowed];
            Assert.Equal(first, allowed);
        }

        Assert.True(memories > 3, $"{memories} memories");
        Assert.True(fork.TryAccept("[]"u8));
        Assert.True(fork.CanEnd);
        Assert.True(state.TryAccept("{\"a\":1,\"b\":\"\"}]"u8));
        Assert.True(state.MustEnd);
    }

    [Fact]
    public void Accept_NestedBeyondTheLimit_GoesOnAndComesBackOut()
    {
        TokenConstraint constraint = TokenConstraint.Compile(AnyJson.Grammar, Tokenizers.SmolLm);
        constraint.MaxMemory = Limit;
        constraint.Memory(constraint.Memory(null));
        ConstraintState state = constraint.Start();
        const int Depth = 20_000;
        for (int i = 0; i < Depth; i++)
        {
            Assert.True(state.TryAccept("["u8));
        }

        Assert.Equal(Depth, state.BytesToEnd);
        Assert.True(state.TryAccept(Encoding.UTF8.GetBytes(new string(']', Depth))));
        Assert.True(state.MustEnd);
    }

    private static TokenConstraint Compile(string schema)
    {
        TokenConstraint constraint = TokenConstraint.Compile(JsonSchemaGrammar.Create(JsonElement.Parse(schema)), Tokenizers.SmolLm);
        constraint.MaxMemory = Limit;
        constraint.Memory(constraint.Memory(null)); // one made with the smaller limit
        return constraint;
    }
}
