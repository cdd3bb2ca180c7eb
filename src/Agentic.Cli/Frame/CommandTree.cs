using System.CommandLine;
using System.CommandLine.Help;
using Agentic.Cli.Commands.Evaluation;
using Agentic.Cli.Commands.Models;
using Agentic.Cli.Commands.Reading;
using Agentic.Cli.Commands.Runs;

namespace Agentic.Cli.Frame;

/// <summary>All verbs, in the order in which help lists them.</summary>
internal static class CommandTree
{
    public static RootCommand Create(CommandHost host, GlobalOptions options)
    {
        var model = new Command("model", "Look at a model and use it directly.")
        {
            new InfoCommand(),
            new ListCommand(),
            new TokenizeCommand(),
            new DetokenizeCommand(),
            new GenerateCommand(),
            new PerplexityCommand(),
            new LogitsCommand(),
            new ScoreCommand(),
            new EmbedCommand(),
            new BenchCommand(),
        };
        var runs = new Command("runs", "Look at journalled runs, and delete them.")
        {
            new ListRunsCommand(),
            new ShowRunCommand(),
            new ExportRunCommand(),
            new DeleteRunsCommand(),
        };
        var eval = new Command("eval", "Measure how well questions are answered.")
        {
            new QaCommand(),
            new NqCommand(),
            new NeedleCommand(),
        };
        var root = new RootCommand("Read documents far longer than a model's window, on this machine.")
        {
            new AskCommand(),
            new SummarizeCommand(),
            model,
            runs,
            eval,
            new NotBuiltCommand("write", "Long writing"),
            new NotBuiltCommand("chat", "A conversation with memory"),
            new NotBuiltCommand("serve", "A server that speaks the OpenAI protocol"),
        };
        options.AddTo(root);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        AgenticCommand.Bind(root, host, options);
        return root;
    }
}
