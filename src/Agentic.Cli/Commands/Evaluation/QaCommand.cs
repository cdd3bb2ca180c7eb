using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Evaluation;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Evaluation;

/// <summary><c>eval qa</c>: a file of questions.</summary>
internal sealed class QaCommand : EvalCommand
{
    private readonly Argument<string> _file = new("file") { Description = "JSON Lines with \"question\", \"answers\" (empty: the documents do not say) and \"documents\" (paths beside the file, or {\"name\",\"text\"})." };

    public QaCommand() : base("qa", "Questions from a file.") => Arguments.Add(_file);

    protected override IEnumerable<QaItem> Items(CommandContext context, IChatClient client) => QaFile.Read(context.Host.Absolute(context.Value(_file)!));

    protected override string Folder(CommandContext context) => Path.GetDirectoryName(context.Host.Absolute(context.Value(_file)!))!;
}
