using System.CommandLine;
using Agentic.Cli.Output;

namespace Agentic.Cli.Frame;

/// <summary>One invocation of one command.</summary>
internal sealed class CommandContext(CommandHost host, GlobalOptions options, ParseResult result)
{
    public CommandHost Host { get; } = host;

    public GlobalOptions Options { get; } = options;

    public ParseResult Result { get; } = result;

    public CommandOutput Output => Host.Output;

    public bool Json { get; } = result.GetValue(options.Json);

    public bool Quiet { get; } = result.GetValue(options.Quiet);

    public bool Verbose { get; } = result.GetValue(options.Verbose);

    public long Seed { get; } = result.GetValue(options.Seed) ?? 1;

    public T? Value<T>(Option<T> option) => Result.GetValue(option);

    public T? Value<T>(Argument<T> argument) => Result.GetValue(argument);

    public bool Given(Option option) => Result.GetResult(option) is { Implicit: false };

    /// <summary>A line for people, on standard error; nothing with <c>--quiet</c>.</summary>
    public void Say(string line)
    {
        if (!Quiet)
        {
            Output.Error.WriteLine(line);
        }
    }

    public void WriteJson(object value) => Output.Out.WriteLine(CliJson.Line(value));
}
