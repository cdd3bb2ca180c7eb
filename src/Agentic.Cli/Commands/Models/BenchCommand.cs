using System.CommandLine;
using System.Globalization;
using Agentic.Cli.Benchmarking;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Backends.Cpu.Limits;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model bench</c>: how fast the engine is, alone or beside a rival.</summary>
internal sealed class BenchCommand : AgenticCommand
{
    private readonly Option<int> _prefill = new("--prefill") { Description = "Tokens of the prompt that is timed.", HelpName = "N", DefaultValueFactory = _ => 512 };
    private readonly Option<int> _decode = new("--decode") { Description = "Tokens that are generated.", HelpName = "N", DefaultValueFactory = _ => 128 };
    private readonly Option<int?> _at = new("--at") { Description = "Context at which generation starts (default: the prompt that is timed).", HelpName = "CONTEXT" };
    private readonly Option<string?> _batch = new("--batch") { Description = "Also this many sequences together, such as 1,8,64.", HelpName = "LIST" };
    private readonly Option<string?> _map = new("--map") { Description = "Also a map stage through the host: calls at once, and tokens shared, own and new of each.", HelpName = "CALLS,SHARED,CHUNK,NEW" };
    private readonly Option<string?> _rival = new("--rival") { Description = "A command line that measures another engine; --prefill, --decode, --at and --threads are appended, it runs in turn with ours.", HelpName = "COMMAND" };
    private readonly Option<int> _runs = new("--runs") { Description = "Measurements; the best counts.", HelpName = "N", DefaultValueFactory = _ => 3 };

    public BenchCommand() : base("bench", "Measure prefill and generation; with --rival against another engine in the same run.") =>
        AddOptions(_prefill, _decode, _at, _batch, _map, _rival, _runs);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        BenchPlan plan = Plan(context);
        var choice = ModelChoice.From(context);
        ModelConfig config = LocalModel.ReadConfig(context);
        if (plan.LongestSequence > config.ContextLength)
        {
            throw new BudgetException($"A sequence of {plan.LongestSequence} tokens does not fit the model's window of {config.ContextLength}.", plan.LongestSequence, config.ContextLength);
        }

        ModelOptions options = choice.ToModelOptions();
        var format = new KvPageFormat(options.KvType, config.BlockCount, config.HeadCountKv, config.KeyDim, config.ValueDim);
        int threads = choice.Threads ?? Environment.ProcessorCount;
        var rival = context.Value(_rival) is string command ? new Rival(command) : null;

        BenchFigures ours = new();
        BenchFigures? theirs = null;
        using LanguageModel model = LanguageModel.Load(choice.Path!, options with { KvMemoryBytes = Memory(plan.CacheTokens) });
        using ModelHost? host = plan.Map is null
            ? null
            : ModelHost.Load(choice.Path!, options with { KvMemoryBytes = Memory(plan.MapCacheTokens) }, new HostOptions { MaxConcurrent = plan.Map.Calls });
        var map = host is null ? null : new MapBench(host, cancellationToken);
        var bench = new EngineBench(model, cancellationToken);
        bench.Prefill(Math.Min(plan.Prefill, 64)); // code compiled, pages touched, threads awake
        for (int run = 1; run <= plan.Runs; run++)
        {
            context.Say($"run {run} of {plan.Runs}");
            BenchFigures measuredOurs = bench.Measure(plan);
            ours = ours.Best(map is null ? measuredOurs : measuredOurs with { Map = await map.MeasureAsync(plan.Map!).ConfigureAwait(false) });
            if (rival is not null)
            {
                BenchFigures measured = await rival.MeasureAsync(plan, threads, cancellationToken).ConfigureAwait(false);
                theirs = theirs?.Best(measured) ?? measured;
            }
        }

        var report = new BenchReport(model.Config.Name, model.Backend.Name, threads, plan, ours, theirs, model.Backend is SimdBackend ? MachineLimits.Measure(threads) : null);
        if (context.Json)
        {
            context.WriteJson(report.ToJson());
        }
        else
        {
            report.Print(context.Output.Out);
        }

        return ExitCode.Ok;

        long Memory(long tokens) => choice.KvMemory ?? (tokens / KvPageFormat.PageTokens + 1) * format.PageBytes;
    }

    private BenchPlan Plan(CommandContext context)
    {
        int prefill = context.Value(_prefill);
        GlobalOptions.Positive(prefill, "--prefill");
        GlobalOptions.Positive(context.Value(_decode), "--decode");
        GlobalOptions.Positive(context.Value(_at), "--at");
        GlobalOptions.Positive(context.Value(_runs), "--runs");
        int[] batches = Numbers(context.Value(_batch), "--batch", null);
        int[] map = Numbers(context.Value(_map), "--map", 4);
        return new BenchPlan(
            prefill,
            context.Value(_decode),
            context.Value(_at) ?? prefill,
            [1, .. batches.Where(b => b != 1).Distinct()],
            map.Length == 4 ? new MapStage(map[0], map[1], map[2], map[3]) : null,
            context.Value(_runs));
    }

    private static int[] Numbers(string? text, string option, int? count)
    {
        string[] parts = text?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        int[] numbers = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is > 0 and <= 1 << 20
            ? n
            : throw new UsageException($"{option} {text} is not a list of positive numbers."))];
        return text is null || count is null || numbers.Length == count ? numbers : throw new UsageException($"{option} takes {count} numbers, not {numbers.Length}.");
    }
}
