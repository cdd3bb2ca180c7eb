using System.Globalization;
using System.Text.Json;

namespace Agentic.Cli.Benchmarking;

/// <summary>Measured speed; larger is better but for <see cref="Map"/>.</summary>
internal sealed record BenchFigures
{
    /// <summary>Name of the engine as it says it itself; null for ours, and where it does not.</summary>
    public string? Engine { get; init; }

    public double Prefill { get; init; }

    public double Decode { get; init; }

    /// <summary>Tokens a second of all sequences together, by their number.</summary>
    public IReadOnlyDictionary<string, double> Batch { get; init; } = new Dictionary<string, double>();

    /// <summary>What the backend did meanwhile: "prefill", and by number of sequences; the fastest measurement of each. Ours only.</summary>
    public IReadOnlyDictionary<string, WorkRate> Work { get; init; } = new Dictionary<string, WorkRate>();

    /// <summary>The map stage; null when it was not measured.</summary>
    public MapFigures? Map { get; init; }

    /// <summary>The best of both.</summary>
    public BenchFigures Best(BenchFigures other) => new()
    {
        Engine = Engine ?? other.Engine,
        Prefill = Math.Max(Prefill, other.Prefill),
        Decode = Math.Max(Decode, other.Decode),
        Batch = Batch.Keys.Union(other.Batch.Keys).ToDictionary(k => k, k => Math.Max(Batch.GetValueOrDefault(k), other.Batch.GetValueOrDefault(k))),
        Work = Work.Concat(other.Work).GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.Select(w => w.Value).MaxBy(w => w.MultiplyAdds)!),
        Map = Map is null || other.Map?.Seconds < Map.Seconds ? other.Map : Map,
    };

    /// <summary>How many times as fast as <paramref name="rival"/>; null where either was not measured.</summary>
    public BenchRatio Over(BenchFigures rival) => new(
        Quotient(Prefill, rival.Prefill),
        Quotient(Decode, rival.Decode),
        Batch.Where(b => rival.Batch.ContainsKey(b.Key)).ToDictionary(b => b.Key, b => Quotient(b.Value, rival.Batch[b.Key])),
        Map is not null && rival.Map is not null ? Quotient(rival.Map.Seconds, Map.Seconds) : null);

    /// <summary>Reads the object that a rival prints; unknown fields are passed over.</summary>
    public static BenchFigures Parse(JsonElement json) => new()
    {
        Engine = string.Join(", ", ((string?[])[Text(json, "engine"), Text(json, "backend")]).OfType<string>()) is { Length: > 0 } engine ? engine : null,
        Prefill = Number(json, "prefillTokensPerSecond"),
        Decode = Number(json, "decodeTokensPerSecond"),
        Batch = json.TryGetProperty("batch", out JsonElement batch) && batch.ValueKind is JsonValueKind.Object
            ? batch.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble())
            : new Dictionary<string, double>(),
        Map = json.TryGetProperty("map", out JsonElement map) && map.TryGetProperty("seconds", out JsonElement seconds) ? new MapFigures(seconds.GetDouble()) : null,
    };

    public static string Key(int sequences) => sequences.ToString(CultureInfo.InvariantCulture);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static double Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : 0;

    private static double? Quotient(double a, double b) => a > 0 && b > 0 ? a / b : null;
}

/// <summary>Ratios of two measurements.</summary>
internal sealed record BenchRatio(double? Prefill, double? Decode, IReadOnlyDictionary<string, double?> Batch, double? Map);
