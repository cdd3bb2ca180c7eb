namespace Agentic.Inference.Models;

/// <summary>Measured speed of a model in this process. Safe to read from any thread.</summary>
public sealed class ModelTimings
{
    private const double Weight = 0.2;

    // Doubles as bits, so that a reader never sees half a value.
    private long _prefill;
    private long _decode;
    private long _computing;
    private long _sampling;

    /// <summary>Prompt tokens a second over recent prefill steps; null until there was one.</summary>
    public double? PrefillTokensPerSecond => Value(Interlocked.Read(ref _prefill));

    /// <summary>Generated tokens a second of one request, over recent steps of single tokens; null until there was one.</summary>
    public double? DecodeTokensPerSecond => Value(Interlocked.Read(ref _decode));

    /// <summary>Time spent in steps so far, <see cref="Sampling"/> included.</summary>
    public TimeSpan Computing => new(Interlocked.Read(ref _computing));

    /// <summary>Of it, time spent drawing tokens from logits.</summary>
    public TimeSpan Sampling => new(Interlocked.Read(ref _sampling));

    /// <summary>Records the time of drawing tokens.</summary>
    internal void RecordSampling(TimeSpan elapsed) => Interlocked.Add(ref _sampling, elapsed.Ticks);

    /// <summary>Records a step: with as many rows as sequences it counts as decoding, otherwise as prefill. Small mixed steps say little and are left out.</summary>
    internal void Record(int rows, int sequences, TimeSpan elapsed)
    {
        Interlocked.Add(ref _computing, elapsed.Ticks);
        double seconds = elapsed.TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        if (rows == sequences)
        {
            Mix(ref _decode, 1 / seconds);
        }
        else if (rows >= 32 * sequences)
        {
            Mix(ref _prefill, rows / seconds);
        }
    }

    private static void Mix(ref long bits, double value)
    {
        double? old = Value(bits);
        double mixed = old is { } before ? before + Weight * (value - before) : value;
        Interlocked.Exchange(ref bits, BitConverter.DoubleToInt64Bits(mixed));
    }

    private static double? Value(long bits) => bits == 0 ? null : BitConverter.Int64BitsToDouble(bits);
}
