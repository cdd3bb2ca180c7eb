using Agentic.Benchmarks.RandomModels;
using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.Tables;

/// <summary>A model file of the table.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Bars">How many times as fast as the rival it must be; null = no promise.</param>
/// <param name="Type">Type of its random weights; null = the model itself.</param>
/// <param name="Shape">In what it differs from the model's shape.</param>
internal sealed record TableSubject(string Name, Bars? Bars, GgmlType? Type = null, RandomShape? Shape = null)
{
    /// <summary>The shape of the file in which the rival reads fastest: the model's prefill is held against it too.</summary>
    public const string RivalsBest = "Q4_0";

    private static readonly Bars Random = new(1.5, 1.3, 1.5);

    /// <summary>All of them. A width of 768 is a multiple of a super-block, so that files of K types are what they are called.</summary>
    public static IReadOnlyList<TableSubject> All { get; } =
    [
        new("embedded", new(4, 1.8, 3)),
        new(RivalsBest, Random, GgmlType.Q4_0, new()),
        new("Q8_0", Random, GgmlType.Q8_0, new()),
        new("Q4_K (mostly Q5_0)", Random, GgmlType.Q4_K, new()),
        new("Q6_K (mostly Q8_0)", Random, GgmlType.Q6_K, new()),
        new("Q4_K, width 768", Random, GgmlType.Q4_K, new(Width: 768)),
        new("Q6_K, width 768", Random, GgmlType.Q6_K, new(Width: 768)),
        new("Q4_0, qwen2", null, GgmlType.Q4_0, new(Architecture: "qwen2")),
        new("Q4_0, qwen3moe, 4 of 32 experts", null, GgmlType.Q4_0, new(Architecture: "qwen3moe", Experts: new(32, 4, 384))),
    ];

    /// <summary>The command that makes such a file.</summary>
    public string Command(string like) => $"make-model --like {like} --type {Type} --out F"
        + (Shape?.Width is { } width ? $" --width {width}" : "")
        + (Shape?.Architecture is { } architecture ? $" --architecture {architecture}" : "")
        + (Shape?.Experts is { } experts ? $" --experts {experts.Count},{experts.Used},{experts.Width}" : "");
}

/// <summary>Least ratios to the rival.</summary>
internal sealed record Bars(double Prefill, double Decode, double Batch);
