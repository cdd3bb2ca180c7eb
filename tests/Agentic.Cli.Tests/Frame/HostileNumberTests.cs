using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Frame;

/// <summary>Numbers that break engines, in every option of every command that takes a number.</summary>
public class HostileNumberTests
{
    /// <summary>Every numeric option with its command's path, and whether it takes whole numbers.</summary>
    public static TheoryData<string, string, bool> NumericOptions
    {
        get
        {
            using var nothing = new StringWriter();
            var options = new GlobalOptions();
            var host = new CommandHost { Output = new CommandOutput(nothing, nothing, () => Stream.Null), Clients = new ClientFactory() };
            var data = new TheoryData<string, string, bool>();
            Add(CommandTree.Create(host, options), "");
            return data;

            void Add(Command command, string path)
            {
                foreach (Option option in command.Options)
                {
                    Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
                    if (type.IsPrimitive && type != typeof(bool))
                    {
                        data.Add(path, option.Name, type == typeof(int) || type == typeof(long));
                    }
                }

                foreach (Command child in command.Subcommands)
                {
                    Add(child, $"{path} {child.Name}".Trim());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public async Task Option_NoNumberThatItCanHold_IsRefusedInOneSentenceThatNamesIt(string command, string option, bool whole)
    {
        string[] path = [.. (command.Length == 0 ? "model info" : command).Split(' '), option];
        string[] values = ["99999999999999999999", "-99999999999999999999", "0x10", "many", "0,7", "1 000", .. whole ? (string[])["9223372036854775808", "1e5", "NaN", "0.5"] : []];
        foreach (string value in values)
        {
            // Read as part of the option whatever it begins with.
            CommandRun run = await CommandRun.OfAsync([.. path[..^1], $"{option}={value}"]);

            Assert.True(run.Code == 2, $"{option}={value}: {run.Code} {run.Error}");
            Assert.Empty(run.Out);
            Assert.StartsWith($"agentic: {option} ", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
            Assert.InRange(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
        }
    }

    [Fact]
    public async Task MaxTokens_TwoToThePowerOf31_SaysTheMost()
    {
        CommandRun run = await CommandRun.OfAsync("model", "generate", "x", "--max-tokens", "2147483648");

        Assert.Equal("agentic: --max-tokens must be at most 2,147,483,647, not 2,147,483,648.\n", run.Error);
    }

    [Fact]
    public async Task MaxTokens_MoreThanTheWindow_ExitsFourWithNumbers()
    {
        CommandRun run = await CommandRun.OfAsync("model", "generate", "x", "--max-tokens", "2147483647");

        Assert.Equal(4, run.Code);
        Assert.Contains("2,147,483,647", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prefill", "2147483647", "--decode", "2147483647")]
    [InlineData("--at", "2147483647", "--decode", "1")]
    [InlineData("--map", "1048576,1048576,1048576,1048576")]
    public async Task Bench_MoreThanTheWindow_ExitsFour(params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(["model", "bench", .. arguments]);

        Assert.Equal(4, run.Code);
        Assert.StartsWith("agentic: A sequence of ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_NumbersAtTheirEdges_AreHonoured()
    {
        static async Task<string> TextAsync(params string[] options)
        {
            CommandRun run = await CommandRun.OfAsync(["model", "generate", "Say hello.", "--max-tokens", "4", .. options]);
            Assert.Equal(0, run.Code);
            return run.Out;
        }

        string greedy = await TextAsync("--greedy"), drawn = await TextAsync("--temperature", "1", "--top-p", "1", "--seed", "5");

        Assert.Equal(greedy, await TextAsync("--temperature", "0", "--seed", "9"));
        Assert.Equal(greedy, await TextAsync("--temperature", "1", "--top-p", "0"));
        Assert.Equal(drawn, await TextAsync("--temperature", "1", "--top-p", "1", "--seed", "5", "--top-k", "-1"));
        Assert.NotEmpty(await TextAsync("--temperature", "100"));
    }

    [Fact]
    public async Task Generate_HundredThousandStopTexts_CostNextToNothing()
    {
        string[] stops = [.. Enumerable.Range(0, 100_000).Select(i => $"--stop=stop text {i}")];

        CommandRun run = await CommandRun.OfAsync(["model", "generate", "Say hello.", "--greedy", "--max-tokens", "4", .. stops]);

        Assert.Equal(0, run.Code);
        Assert.Equal((await CommandRun.OfAsync("model", "generate", "Say hello.", "--greedy", "--max-tokens", "4")).Out, run.Out);
    }
}
