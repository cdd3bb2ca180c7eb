using System.CommandLine;
using Agentic.Agents;
using Agentic.Cli.Frame;
using Agentic.Reading.ChainOfAgents;
using Agentic.Runs;

namespace Agentic.Cli.Commands.Reading;

/// <summary>The options that <c>ask</c>, <c>summarize</c> and <c>eval</c> share: how to read and what it may cost.</summary>
internal sealed class ReadingArguments
{
    private static readonly string[] Built = ["auto", "chain", "direct", "mapreduce", "retrieve", "tree"];
    private static readonly string[] Later = ["memory", "attention"];

    private readonly Option<string> _strategy = new("--strategy") { Description = "auto (one call when it fits, else a chain), chain, mapreduce, retrieve, tree, direct.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _order = new("--order") { Description = "Order in which a chain reads its chunks: forward, backward, random.", HelpName = "ORDER", DefaultValueFactory = _ => "forward" };
    private readonly Option<string> _unit = new("--unit") { Description = "What one reader hands to the next: structured (facts with their places) or prose; auto takes facts for a question.", HelpName = "UNIT", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _worker = new("--worker") { Description = "How a reader finds facts: scoring or extracting; auto takes scoring for small models.", HelpName = "KIND", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _ensemble = new("--ensemble") { Description = "Read in three orders and take one answer: none, judge, medoid.", HelpName = "KIND", DefaultValueFactory = _ => "none" };
    private readonly Option<int?> _callCap = new("--call-cap") { Description = "Most model calls; a run that needs more ends with exit code 4.", HelpName = "N" };
    private readonly Option<long?> _tokenCap = new("--token-cap") { Description = "Most tokens, prompts and replies together.", HelpName = "N" };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "Most tokens of the reply.", HelpName = "N" };
    private readonly Option<bool> _plan = new("--plan") { Description = "Say what it would cost and stop." };
    private readonly Option<bool> _showTree = new("--show-tree") { Description = "After the answer print the tree and the way that was walked (--strategy tree)." };
    private readonly Option<bool> _attribute = new("--attribute") { Hidden = true };
    private readonly Option<string?> _choices = new("--choices") { Hidden = true };
    private readonly Option<string?> _trace = new("--trace") { Hidden = true };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_strategy, _order, _unit, _worker, _ensemble, _callCap, _tokenCap, _maxTokens, _plan, _showTree, _attribute, _choices, _trace])
        {
            command.Options.Add(option);
        }
    }

    public bool PlanOnly(CommandContext context) => context.Value(_plan);

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="UsageException">A value is impossible or not built yet.</exception>
    public ReadingPlan Read(CommandContext context)
    {
        RefuseWhatIsNotBuilt(context);
        GlobalOptions.Positive(context.Value(_callCap), "--call-cap");
        GlobalOptions.Positive(context.Value(_tokenCap), "--token-cap");
        GlobalOptions.Positive(context.Value(_maxTokens), "--max-tokens");
        var options = new ChainOfAgentsOptions
        {
            Window = context.Value(context.Options.Window),
            AnswerTokens = context.Value(_maxTokens),
            Limits = new RunLimits { CallCap = context.Value(_callCap), TokenCap = context.Value(_tokenCap) },
            Agents = context.Value(context.Options.Config) is string folder ? new AgentLibrary(context.Host.Absolute(folder)) : AgentLibrary.BuiltIn,
            Calls = new AgentCallerOptions { Seed = context.Seed },
            Seed = unchecked((int)context.Seed),
            Order = Choice<ReadingOrder>(context, _order),
            Unit = Choice<CommunicationUnitKind>(context, _unit),
            Worker = Choice<WorkerKind>(context, _worker),
            Ensemble = Choice<EnsembleKind>(context, _ensemble),
        };
        string strategy = Strategy(context);
        return context.Value(_showTree) && strategy != "tree"
            ? throw new UsageException("--show-tree shows the tree of --strategy tree.", "Add --strategy tree, or leave --show-tree out.")
            : new ReadingPlan(strategy, options) { ShowTree = context.Value(_showTree) };
    }

    private string Strategy(CommandContext context)
    {
        string name = context.Value(_strategy)!;
        return Built.Contains(name) ? name
            : Later.Contains(name) ? throw new UsageException($"The strategy '{name}' is not built yet.", "Use auto, chain, mapreduce, retrieve, tree or direct.")
            : throw new UsageException($"There is no strategy '{name}'.", "Use auto, chain, mapreduce, retrieve, tree or direct.");
    }

    private void RefuseWhatIsNotBuilt(CommandContext context)
    {
        (Option Option, string What)[] later =
        [
            (_attribute, "--attribute is"),
            (_choices, "--choices is"),
            (_trace, "--trace is"),
        ];
        foreach ((Option option, string what) in later)
        {
            if (context.Given(option))
            {
                throw new UsageException($"{what} not built yet.", $"Leave {option.Name} out.");
            }
        }
    }

    /// <summary>A value of an enumeration by its name.</summary>
    public static T Choice<T>(CommandContext context, Option<string> option) where T : struct, Enum
    {
        string given = context.Value(option)!;
        return Enum.GetNames<T>().FirstOrDefault(n => n.Equals(given, StringComparison.OrdinalIgnoreCase)) is string name
            ? Enum.Parse<T>(name)
            : throw new UsageException($"{option.Name} cannot be '{given}'.", $"Use {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
    }
}
