using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Evaluation;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Evaluation;

/// <summary><c>eval nq</c>: Natural Questions among other paragraphs.</summary>
internal sealed class NqCommand : EvalCommand
{
    private const int AllItems = 100_000;

    private readonly Option<string> _data = new("--data") { Description = "Folder with qa/nq_open_oracle.jsonl.gz (Lost in the Middle).", HelpName = "DIR", Required = true };
    private readonly Option<int> _k = new("--k") { Description = "Paragraphs of each document, the one with the answer at a drawn place among them.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public NqCommand() : base("nq", "Natural Questions: the paragraph with the answer among others.") => AddOptions(_data, _k);

    protected override IEnumerable<QaItem> Items(CommandContext context, IChatClient client)
    {
        GlobalOptions.Positive(context.Value(_k), "--k");
        return NqMaker.Make(context.Host.Absolute(context.Value(_data)!), context.Value(_k), 0, AllItems, unchecked((int)context.Seed));
    }
}
