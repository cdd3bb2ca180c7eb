using System.CommandLine;
using System.Globalization;
using Agentic.Agents;
using Agentic.Cli.Frame;
using Agentic.Evaluation;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Evaluation;

/// <summary><c>eval needle</c>: sentences hidden in essays.</summary>
internal sealed class NeedleCommand : EvalCommand
{
    private readonly Option<string> _data = new("--data") { Description = "Folder with needle/needles.json and needle/essays.", HelpName = "DIR", Required = true };
    private readonly Option<string> _lengths = new("--lengths") { Description = "Tokens of the haystacks.", HelpName = "LIST", DefaultValueFactory = _ => "8000,32000,128000" };
    private readonly Option<string> _depths = new("--depths") { Description = "Where the needle lies, 0 to 1.", HelpName = "LIST", DefaultValueFactory = _ => "0.1,0.5,0.9" };

    public NeedleCommand() : base("needle", "Sentences hidden at several depths of essays.") => AddOptions(_data, _lengths, _depths);

    protected override IEnumerable<QaItem> Items(CommandContext context, IChatClient client) => NeedleMaker.Make(
        context.Host.Absolute(context.Value(_data)!),
        [.. Numbers(context.Value(_lengths)!, "--lengths", 100, 10_000_000).Select(n => (int)n)],
        Numbers(context.Value(_depths)!, "--depths", 0, 1),
        new ModelAccess(client).Counter,
        unchecked((int)context.Seed));

    private static double[] Numbers(string text, string option, double least, double most) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select(p => double.TryParse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n) && n >= least && n <= most
            ? n
            : throw new UsageException($"{option} {text} is not a list of numbers from {least} to {most}.")),
    ];
}
