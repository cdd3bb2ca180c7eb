using System.Globalization;
using Agentic.Cli.Benchmarking;
using Agentic.Inference.Backends.Cpu.Limits;

namespace Agentic.Benchmarks.Tables;

/// <summary>Everything that was measured, as Markdown.</summary>
/// <param name="Rival">The other engine's name.</param>
/// <param name="Rows">The files.</param>
/// <param name="Map">Our map stages.</param>
/// <param name="RivalMap">The rival's; null when it measured none.</param>
/// <param name="Overhead">What steps through the host cost, as Markdown.</param>
/// <param name="Limits">What the machine can do at most.</param>
internal sealed record TableReport(string Rival, IReadOnlyList<TableRow> Rows, IReadOnlyList<MapFigures> Map, MapFigures? RivalMap, IReadOnlyList<string> Overhead, MachineLimits Limits)
{
    private const double RivalsBestBar = 1.6, MapBar = 3.5;
    private readonly List<string> _missed = [];

    /// <summary>The lines.</summary>
    /// <param name="heading">What was measured, where and how.</param>
    public IEnumerable<string> Lines(IEnumerable<string> heading) =>
        [.. heading, "", .. Ratios(), "", .. MapStage(), "", .. Missed(), "", "### Host overhead", "", .. Overhead, "", "### Against the machine's limits", "", .. Shares(), "", "### Raw repetitions", "", .. Raw()];

    /// <summary>What a reader of the front page wants to know, in one line of its table.</summary>
    public string Line
    {
        get
        {
            Measurement[] m = [.. Rows[0].Measurements];
            string map = RivalMap is null ? "" : F($", map stage of {TableRun.Stage.Calls} calls {RivalMap.Seconds / Map.Min(f => f.Seconds):0.0} ×");
            return F($"| tokens/s: prefill {m[0].Ours.Max():N0}, decode {m[1].Ours.Max():N0}, 8 at once {m[2].Ours.Max():N0} | {m[0].Ratio:0.0} ×, {m[1].Ratio:0.0} ×, {m[2].Ratio:0.0} ×{map} | {Rival} on the same file in the same run ([performance](docs/performance.md)) |");
        }
    }

    private IEnumerable<string> Ratios()
    {
        yield return $"Tokens/s, ours / {Rival} = ratio of the best repetitions (bar):";
        yield return "";
        yield return "| file | " + string.Join(" | ", Rows[0].Measurements.Select(m => m.Name)) + " |";
        yield return "|---|" + string.Concat(Rows[0].Measurements.Select(_ => "--:|"));
        foreach (TableRow row in Rows)
        {
            yield return $"| {row.Subject.Name} | {string.Join(" | ", row.Measurements.Select(m => F($"{m.Ours.Max():0} / {m.Rival.Max():0} = {Judged($"{row.Subject.Name}, {m.Name}", m.Ratio, m.Bar)}")))} |";
        }

        if (Rows.FirstOrDefault(r => r.Subject.Name == TableSubject.RivalsBest) is { } best && Rows[0].Subject.Type is null)
        {
            double ours = Rows[0].Measurements.First().Ours.Max(), theirs = best.Measurements.First().Rival.Max();
            yield return "";
            yield return F($"Prefill of the embedded model over {Rival} on the {TableSubject.RivalsBest} file of the same shape: {ours:0} / {theirs:0} = {Judged($"embedded over {TableSubject.RivalsBest}, prefill", ours / theirs, RivalsBestBar)}.");
        }
    }

    private IEnumerable<string> MapStage()
    {
        MapStage stage = TableRun.Stage;
        double best = Map.Min(f => f.Seconds);
        string ratio = RivalMap is null ? "the rival measured none" : F($"{Rival} {RivalMap.Seconds:0.0} s (one repetition, with as many slots) = {Judged("map stage", RivalMap.Seconds / best, MapBar)}");
        yield return F($"Map stage, embedded model, {stage.Calls} calls at once of {stage.Shared} shared and {stage.Chunk:N0} own tokens, {stage.New} new: ours through the host {string.Join(", ", Map.Select(f => F($"{f.Seconds:0.0} s")))}; {ratio}.");
        yield return F($"{Map[0].CachedTokens:N0} of {stage.Calls * (stage.Shared + stage.Chunk):N0} prompt tokens came from the cache; {Map.Min(f => f.Overhead):P1} of the time went to other than logits.");
    }

    private IEnumerable<string> Missed() => [_missed.Count == 0 ? "No bar is missed." : $"**Missed:** {string.Join("; ", _missed)}."];

    private IEnumerable<string> Shares()
    {
        yield return F($"Measured in the same run: {Limits.ReadBytesPerSecond / 1e9:0.0} GB/s read from memory, {Limits.Int8PerSecond / 1e9:0} GMAC/s of 8-bit products ({Limits.Int8Instructions}), {Limits.FloatPerSecond / 1e9:0} single GMAC/s; {Limits.Threads} threads. Fastest repetition:");
        yield return "";
        yield return "| file | prefill | | decode | | 8 sequences | |";
        yield return "|---|--:|--:|--:|--:|--:|--:|";
        foreach (TableRow row in Rows)
        {
            BenchFigures best = row.Ours.Aggregate((a, b) => a.Best(b));
            yield return $"| {row.Subject.Name} | {Share(best.Work["prefill"])} | {Share(best.Work["1"])} | {Share(best.Work["8"])} |";
        }
    }

    private string Share(WorkRate rate) => F($"{rate.Bytes / 1e9:0.0} GB/s ({rate.Bytes / Limits.ReadBytesPerSecond:P0}) | {rate.MultiplyAdds / 1e9:0} GMAC/s ({rate.MultiplyAdds / Limits.Int8PerSecond:P0})");

    private IEnumerable<string> Raw()
    {
        yield return $"| file | figure | ours | {Rival} | ratio of medians |";
        yield return "|---|---|---|---|--:|";
        foreach (TableRow row in Rows)
        {
            foreach (Measurement m in row.Measurements) yield return F($"| {row.Subject.Name} | {m.Name} | {List(m.Ours)} | {List(m.Rival)} | {m.MedianRatio:0.00} |");
        }

        static string List(IEnumerable<double> values) => string.Join(", ", values.Select(v => F($"{v:0}")));
    }

    private string Judged(string what, double ratio, double? bar)
    {
        if (bar is null) return F($"**{ratio:0.00}**");
        bool met = ratio >= bar;
        if (!met) _missed.Add(F($"{what} {ratio:0.00} of {bar:0.0}"));
        return F($"**{ratio:0.00}** ({bar:0.0}{(met ? "" : ", missed")})");
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
