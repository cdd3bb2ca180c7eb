using System.Numerics;
using System.Text;
using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Tools;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Tools;

/// <summary>Tools for tests, and replies drawn at random.</summary>
internal static class ToolSamples
{
    public static readonly AIFunctionDeclaration Weather = Declare("get_weather", "Get the weather for a city",
        """{"type":"object","properties":{"city":{"type":"string","minLength":1,"maxLength":20},"unit":{"enum":["C","F"]}},"required":["city"],"additionalProperties":false}""");

    public static readonly AIFunctionDeclaration Add = Declare("add", "Adds two numbers",
        """{"type":"object","properties":{"a":{"type":"integer","minimum":0,"maximum":999},"b":{"type":"integer","minimum":0,"maximum":999}},"required":["a","b"],"additionalProperties":false}""");

    public static AIFunctionDeclaration Declare(string name, string description, string schema) =>
        AIFunctionFactory.CreateDeclaration(name, description, JsonElement.Parse(schema));

    /// <summary>Fails unless a call names one of the tools and its arguments meet that tool's schema, by an independent validator.</summary>
    public static void AssertValid(FunctionCallContent call, params AIFunctionDeclaration[] tools)
    {
        AIFunctionDeclaration tool = Assert.Single(tools, tool => tool.Name == call.Name);
        JsonElement arguments = JsonSerializer.SerializeToElement(call.Arguments);
        Assert.True(Json.Schema.JsonSchema.FromText(tool.JsonSchema.GetRawText()).Evaluate(arguments).IsValid, $"{call.Name}: {arguments}");
        Assert.NotEmpty(call.CallId);
    }

    public static OfferedTools Offer(ChatToolMode? mode, bool? several, params AITool[] tools) =>
        OfferedTools.Read(new() { Tools = tools, ToolMode = mode, AllowMultipleToolCalls = several })!;

    public static ToolSyntax Syntax(ToolFormat format) => ToolSyntax.Of(format, "");

    /// <summary>The contents of a reply that comes in these pieces; neighbouring texts put together.</summary>
    public static List<AIContent> Read(this ReplyReader reader, IEnumerable<string> pieces, bool cut = false)
    {
        var updates = pieces.Select(piece => new ChatResponseUpdate(ChatRole.Assistant, [.. reader.Append(piece)])).ToList();
        updates.Add(new ChatResponseUpdate(ChatRole.Assistant, [.. reader.Finish(cut)]));
        return [.. updates.ToChatResponse().Messages.SelectMany(message => message.Contents)];
    }

    /// <summary>A reply of tokens drawn uniformly among the allowed ones, then ended the shortest way.</summary>
    public static string Draw(TokenConstraint constraint, Random random, int free, string start = "")
    {
        ConstraintState state = constraint.Start();
        Assert.True(state.TryAccept(Encoding.UTF8.GetBytes(start)), start);
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(start));
        Tokenizer tokenizer = constraint.Tokenizer;
        for (int i = 0; i < free && !state.MustEnd; i++)
        {
            int[] allowed = [.. Ids(state.AllowedBits)];
            int token = allowed[random.Next(allowed.Length)];
            if (tokenizer.EndTokens.Contains(token))
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            state.Accept(token);
            bytes.AddRange(tokenizer.TokenBytes(token));
        }

        foreach (int token in state.ShortestEnd())
        {
            state.Accept(token);
            bytes.AddRange(tokenizer.TokenBytes(token));
        }

        Assert.True(state.CanEnd);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static IEnumerable<int> Ids(uint[] bits)
    {
        for (int word = 0; word < bits.Length; word++)
        {
            for (uint left = bits[word]; left != 0; left &= left - 1)
            {
                yield return (word * 32) + BitOperations.TrailingZeroCount(left);
            }
        }
    }
}
