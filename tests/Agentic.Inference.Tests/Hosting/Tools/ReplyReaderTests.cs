using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Tools;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Tools;

public sealed class ReplyReaderTests
{
    public static TheoryData<ToolFormat, string, string> Replies => new()
    {
        { ToolFormat.Hermes, "Let me look.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"}\\\"<\"}}\n</tool_call>\n<tool_call>{\"name\":\"g\",\"arguments\":{}}</tool_call>", "text Let me look.|f a=}\"<|g" },
        { ToolFormat.Hermes, "a <tool is <tool_cal no call", "text a <tool is <tool_cal no call" },
        { ToolFormat.Generic, "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":{\"b\":[1,{}]}}}</tool_call>", "f a={\"b\":[1,{}]}" },
        { ToolFormat.Llama3, " {\"name\": \"f\", \"parameters\": {\"a\": 1}}", "f a=1" },
        { ToolFormat.Llama3, "So {\"name\": \"f\", \"parameters\": {\"a\": 1}}", "text So {\"name\": \"f\", \"parameters\": {\"a\": 1}}" },
        { ToolFormat.Mistral, "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"id\": \"abcdefgh1\"}, {\"name\": \"g\", \"arguments\": {}}]", "abcdefgh1 f a=1|g" },
        { ToolFormat.MistralNamed, "Yes [TOOL_CALLS]f[ARGS]{\"a\": 1}[TOOL_CALLS]g[CALL_ID]abcdefgh1[ARGS]{}", "text Yes|f a=1|abcdefgh1 g" },
        { ToolFormat.Hermes, "<tool_call>{\"name\": 3}</tool_call>", "text <tool_call>{\"name\": 3}</tool_call>" },
        { ToolFormat.Hermes, "<tool_call>{nonsense}</tool_call>", "text <tool_call>{nonsense}</tool_call>" },
        { ToolFormat.Hermes, "<tool_call>f(1)</tool_call>", "text <tool_call>f(1)</tool_call>" },
        { ToolFormat.Hermes, "<think>\nHm <tool_call> or </th.\n</think>\n\nWell.", "thought Hm <tool_call> or </th.|text Well." },
        { ToolFormat.Hermes, "<think>\n\n</think>\n\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", "f" },
        { ToolFormat.Hermes, "Not a <think> here", "text Not a <think> here" },
        { ToolFormat.Hermes, "<think> without end", "thought without end" },
        { ToolFormat.Hermes, "  indented\n ", "text   indented\n " },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void Append_HoweverTheReplyIsSplit_SameContents(ToolFormat format, string reply, string expected)
    {
        Assert.Equal(expected, Show(Reader(format).Read([reply])));
        Assert.Equal(expected, Show(Reader(format).Read(reply.Select(symbol => symbol.ToString()))));
        for (int at = 1; at < reply.Length; at++)
        {
            Assert.Equal(expected, Show(Reader(format).Read([reply[..at], reply[at..]])));
        }
    }

    [Fact]
    public void Append_PossibleMark_IsHeldBackNoLongerThanItMayBeOne()
    {
        ReplyReader reader = Reader(ToolFormat.Hermes);
        Assert.Equal("text Look:", Show(reader.Append("Look: <tool")));
        Assert.Equal("text  <tool-box", Show(reader.Append("-box")));
        Assert.Equal("", Show(reader.Append("\n<tool_call>{\"name\":\"f\",\"arguments\":{}")));
        Assert.Equal("f", Show(reader.Append("}")));
        Assert.True(reader.HasCalls);
    }

    [Theory]
    [InlineData(ToolFormat.Hermes, "Hi <tool_call>{\"name\":\"f\",\"arg", "text Hi")]
    [InlineData(ToolFormat.Hermes, "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call><tool_call>{\"name", "f")]
    [InlineData(ToolFormat.Llama3, "{\"name\":\"f\",\"parameters\":{\"a\":", "")]
    public void Finish_CutInACall_LeavesOutTheHalf(ToolFormat format, string reply, string expected) =>
        Assert.Equal(expected, Show(Reader(format).Read([reply], cut: true)));

    [Fact]
    public void Append_ThoughtsBegunByThePrompt_EndWithTheirMark()
    {
        var reader = new ReplyReader(null, Thoughts.Begun, atStart: false);
        Assert.Equal("thought I think.|text Yes.", Show(reader.Read(["\nI think.\n</th", "ink>\n\n", "Yes."])));
        Assert.False(reader.HasCalls);
    }

    [Fact]
    public void Append_CallsAtStartOnly_MarksInsideAnAnswerAreText()
    {
        const string answer = "{\"a\":\"<tool_call>{}\"}";
        Assert.Equal("text " + answer, Show(new ReplyReader(ToolSamples.Syntax(ToolFormat.Hermes), Thoughts.None, atStart: true).Read([answer])));
    }

    private static ReplyReader Reader(ToolFormat format) => new(ToolSamples.Syntax(format), Thoughts.Possible, ToolSamples.Syntax(format).AtStartOnly);

    private static string Show(IEnumerable<AIContent> contents) => string.Join('|', contents.Select(content => content switch
    {
        TextContent text => $"text {text.Text}",
        TextReasoningContent thought => $"thought {thought.Text}",
        FunctionCallContent call => $"{(call.CallId == "abcdefgh1" ? "abcdefgh1 " : "")}{call.Name}{string.Concat(call.Arguments!.Select(argument => $" {argument.Key}={argument.Value}"))}",
        _ => "?",
    }));
}
