using System.Globalization;
using Agentic.Benchmarks.Support;
using Agentic.Cli.Benchmarking;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Hosting;

/// <summary>What a step through the host costs beside the same step of a bare loop: the same loaded model and prompts, in turn.</summary>
internal sealed class HostOverhead(ModelHost host)
{
    private const int Context = 512, Tokens = 64;

    private static readonly (string Name, SamplingRow Sampling)[] Draws =
    [
        ("greedy", new SamplingRow()),
        ("temperature 0.8, top-k 40, top-p 0.95", new SamplingRow { Temperature = 0.8f, TopK = 40, TopP = 0.95f, Seed = 7 }),
    ];

    /// <summary><c>host-overhead --model FILE [--runs N] [--threads N]</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Arguments.Read(args, "--model", "--runs", "--threads") is not { } options || options.Text("--model") is not { } path)
        {
            Console.Error.WriteLine("usage: host-overhead --model FILE.gguf [--runs N] [--threads N]");
            return 2;
        }

        foreach (string line in await MeasureAsync(path, options.Number("--threads"), options.Number("--runs") ?? 10).ConfigureAwait(false)) Console.WriteLine(line);
        return 0;
    }

    /// <summary>Measures one and eight replies, drawn greedily and not.</summary>
    /// <param name="path">The model.</param>
    /// <param name="threads">Threads; null = all.</param>
    /// <param name="runs">Repetitions of each.</param>
    /// <returns>A Markdown table.</returns>
    public static async Task<IReadOnlyList<string>> MeasureAsync(string path, int? threads, int runs)
    {
        using ModelHost host = ModelHost.Load(path, new ModelOptions { Backend = new BackendOptions { Threads = threads } });
        var overhead = new HostOverhead(host);
        var all = new List<OverheadFigures>();
        foreach (int sequences in new[] { 1, 8 })
        {
            foreach ((string name, SamplingRow sampling) in Draws) all.Add(await overhead.MeasureAsync(sequences, name, sampling, runs).ConfigureAwait(false));
        }

        return [.. Table(all)];
    }

    private static IEnumerable<string> Table(IEnumerable<OverheadFigures> figures)
    {
        yield return "| replies | drawn | bare logits | step through the host | host overhead | engine outside logits | of it drawing | raw: bare; host (ms) |";
        yield return "|--:|---|--:|--:|--:|--:|--:|---|";
        foreach (OverheadFigures f in figures)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"| {f.Sequences} | {f.Draw} | {1000 * f.Logits:0.000} ms | {1000 * f.Step:0.000} ms | **{f.Share:P1}** | {f.Outside:P1} | {f.Drawing:P1} | {Raw(f.Bare)}; {Raw(f.Hosted.Select(h => h.Step))} |");
        }

        static string Raw(IEnumerable<double> steps) => string.Join(", ", steps.Select(step => (1000 * step).ToString("0.00", CultureInfo.InvariantCulture)));
    }

    private async Task<OverheadFigures> MeasureAsync(int sequences, string name, SamplingRow sampling, int runs)
    {
        var bench = new EngineBench(host.Model, CancellationToken.None);
        int[][] prompts = [.. Enumerable.Range(0, sequences).Select(s => bench.Prompt(Context, s))];
        using BareLoop loop = await host.RunAsync(_ => new BareLoop(host.Model, prompts)).ConfigureAwait(false);
        var bare = new List<double>();
        var hosted = new List<HostedBlock>();
        for (int run = 0; run <= runs; run++)
        {
            double step = await host.RunAsync(_ => loop.Step(Tokens)).ConfigureAwait(false);
            HostedBlock block = await HostedBlock.RunAsync(host, prompts, sampling, Tokens).ConfigureAwait(false);
            if (run == 0) continue; // code compiled, prompts in the cache
            bare.Add(step);
            hosted.Add(block);
        }

        return new OverheadFigures(sequences, name, bare, hosted);
    }
}
