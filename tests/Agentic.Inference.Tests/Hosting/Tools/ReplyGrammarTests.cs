using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Tools;
using Agentic.Inference.Tests.Tokenization;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Tools;

/// <summary>Replies drawn from random logits: whatever a model says, what comes out is calls that validate, or text.</summary>
public sealed class ReplyGrammarTests
{
    private static readonly AIFunctionDeclaration Order = ToolSamples.Declare("order.item", "", """
        {"type":"object","properties":{"items":{"type":"array","minItems":1,"maxItems":2,"items":{"$ref":"#/$defs/item"}},"note":{"type":["string","null"],"maxLength":8}},
         "required":["items","note"],"$defs":{"item":{"type":"object","properties":{"sku":{"type":"string","minLength":1,"maxLength":8},"n":{"type":"integer","minimum":1,"maximum":9}},"required":["sku","n"],"additionalProperties":false}},"additionalProperties":false}
        """);

    private static readonly AIFunctionDeclaration[] Tools = [ToolSamples.Weather, ToolSamples.Add, Order];

    [Theory]
    [InlineData(ToolFormat.Hermes)]
    [InlineData(ToolFormat.Generic)]
    [InlineData(ToolFormat.Llama3)]
    [InlineData(ToolFormat.Mistral)]
    [InlineData(ToolFormat.MistralNamed)]
    public void Draw_CallRequired_EveryReplyIsCallsThatValidate(ToolFormat format)
    {
        TokenConstraint constraint = Compile(format, ChatToolMode.RequireAny, several: null);
        var names = new HashSet<string>();
        int most = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            string reply = ToolSamples.Draw(constraint, new Random(seed), 120);
            List<AIContent> contents = Read(format, reply, seed);
            Assert.NotEmpty(contents);
            Assert.All(contents, content => ToolSamples.AssertValid(Assert.IsType<FunctionCallContent>(content), Tools));
            names.UnionWith(contents.Cast<FunctionCallContent>().Select(call => call.Name));
            most = Math.Max(most, contents.Count);
        }

        Assert.Equal(3, names.Count);
        Assert.InRange(most, format == ToolFormat.Llama3 ? 1 : 2, format == ToolFormat.Llama3 ? 1 : ToolSyntax.MostCalls);
    }

    [Theory]
    [InlineData(ToolFormat.Hermes, "I'll add.\n<tool_call>")]
    [InlineData(ToolFormat.Llama3, "{")]
    [InlineData(ToolFormat.Mistral, "[TOOL_CALLS]")]
    [InlineData(ToolFormat.MistralNamed, "Well[TOOL_CALLS]")]
    public void Draw_CallPossible_TextOrCallsNeverHalfOfOne(ToolFormat format, string begun)
    {
        TokenConstraint constraint = Compile(format, null, several: false);
        for (int seed = 0; seed < 30; seed++)
        {
            string text = ToolSamples.Draw(constraint, new Random(seed), 30);
            Assert.Equal(text.Trim(), string.Concat(Read(format, text, seed).Select(content => Assert.IsType<TextContent>(content).Text)).Trim());
            List<AIContent> contents = Read(format, ToolSamples.Draw(constraint, new Random(seed), 60, begun), seed);
            ToolSamples.AssertValid(Assert.Single(contents.OfType<FunctionCallContent>()), Tools);
            Assert.True(contents.Count <= 2);
        }
    }

    [Fact]
    public void Accept_Modes_AllowWhatTheySay()
    {
        const string call = "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1,\"b\":2}}</tool_call>", other = "<tool_call>{\"name\":\"get_weather\",\"arguments\":{\"city\":\"Rome\"}}</tool_call>";
        Assert.True(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.Auto, null), "Hm. " + call + "\n" + other));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.Auto, false), call + other));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.Auto, null), call + " done"));
        Assert.True(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.None, null), "Hm."));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.None, null), call));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.RequireAny, null), "Hm. " + call));
        Assert.True(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.RequireSpecific("add"), null), call));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.RequireSpecific("add"), null), other));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.RequireAny, null), "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1000,\"b\":2}}</tool_call>"));
    }

    [Fact]
    public void Accept_Thoughts_BeforeCallsAndAnswers()
    {
        const string call = "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1,\"b\":2}}</tool_call>";
        TokenConstraint possible = Compile(ToolFormat.Hermes, ChatToolMode.RequireAny, null, Thoughts.Possible), begun = Compile(ToolFormat.Hermes, ChatToolMode.Auto, null, Thoughts.Begun);
        Assert.True(Accepts(possible, call));
        Assert.True(Accepts(possible, "<think>\nIs <tool_call> it?\n</think>\n\n" + call));
        Assert.True(Accepts(begun, "\nHm.</think>\nYes."));
        Assert.False(Accepts(begun, "\nHm."));
        Assert.False(Accepts(Compile(ToolFormat.Hermes, ChatToolMode.Auto, null, Thoughts.Possible), "<think> never ended"));
    }

    [Fact]
    public void Create_AnswerInAFormat_OneOrTheOther()
    {
        OfferedTools tools = ToolSamples.Offer(null, null, Tools);
        var grammar = TokenConstraint.Compile(ReplyGrammar.Create(tools, ToolSamples.Syntax(ToolFormat.Hermes), Thoughts.None, AnyJson.Object), Tokenizers.SmolLm);
        Assert.True(Accepts(grammar, "{\"x\":1}"));
        Assert.True(Accepts(grammar, "<tool_call>{\"name\":\"add\",\"arguments\":{\"a\":1,\"b\":2}}</tool_call>"));
        Assert.False(Accepts(grammar, "text"));
        Assert.Throws<ConfigurationException>(() => ReplyGrammar.Create(tools, ToolSamples.Syntax(ToolFormat.Llama3), Thoughts.None, AnyJson.Object));
    }

    [Fact]
    public void Create_SchemaThatCannotBePromised_NamesTheTool()
    {
        AIFunctionDeclaration odd = ToolSamples.Declare("odd", "", """{"type":"object","properties":{"x":{"$ref":"http://example.com/other.json"}}}""");
        var exception = Assert.Throws<ConfigurationException>(() => ReplyGrammar.Create(ToolSamples.Offer(null, null, odd), ToolSamples.Syntax(ToolFormat.Hermes), Thoughts.None, null));
        Assert.Contains("'odd'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("#/properties/x", exception.Message, StringComparison.Ordinal);
    }

    private static TokenConstraint Compile(ToolFormat format, ChatToolMode? mode, bool? several, Thoughts thoughts = Thoughts.None) =>
        TokenConstraint.Compile(ReplyGrammar.Create(ToolSamples.Offer(mode, several, Tools), ToolSamples.Syntax(format), thoughts, null), Tokenizers.SmolLm);

    private static bool Accepts(TokenConstraint constraint, string reply)
    {
        ConstraintState state = constraint.Start();
        return state.TryAccept(System.Text.Encoding.UTF8.GetBytes(reply)) && state.CanEnd;
    }

    /// <summary>The contents, the reply in pieces of random lengths.</summary>
    private static List<AIContent> Read(ToolFormat format, string reply, int seed)
    {
        var random = new Random(seed);
        var pieces = new List<string>();
        for (int at = 0, length; at < reply.Length; at += length)
        {
            length = Math.Min(random.Next(1, 9), reply.Length - at);
            pieces.Add(reply.Substring(at, length));
        }

        ToolSyntax syntax = ToolSamples.Syntax(format);
        return new ReplyReader(syntax, Thoughts.None, syntax.AtStartOnly).Read(pieces);
    }
}
