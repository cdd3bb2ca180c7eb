namespace Agentic.Inference.Backends;

/// <summary>How activations enter products with quantised weights.</summary>
public enum ActivationMode
{
    /// <summary>Rounded to 8-bit integers in blocks of 32 with one scale each (largest magnitude / 127): fast. Weights of F32, F16 and BF16 still meet float activations.</summary>
    Int8,

    /// <summary>Not rounded: slow and exact.</summary>
    Float32,
}

/// <summary>Which backend computes, and how.</summary>
/// <remarks>Instruction sets are chosen at run time and can be switched off by the .NET runtime's own variables (<c>DOTNET_EnableAVX512=0</c> …).</remarks>
public sealed record BackendOptions
{
    /// <summary><c>auto</c> (the fastest there is), <c>cpu</c> (vector instructions, threads) or <c>scalar</c> (plain definition of every operation, one thread). Default <c>auto</c>.</summary>
    public string Name { get; init; } = "auto";

    /// <summary>Threads that compute; null = as many as pay off on this machine.</summary>
    public int? Threads { get; init; }

    /// <summary>How activations meet quantised weights. Default <see cref="ActivationMode.Int8"/>.</summary>
    public ActivationMode ActivationMode { get; init; } = ActivationMode.Int8;
}
