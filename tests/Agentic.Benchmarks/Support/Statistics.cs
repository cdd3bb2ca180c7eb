namespace Agentic.Benchmarks.Support;

/// <summary>What is said of repetitions.</summary>
internal static class Statistics
{
    /// <summary>The middle value; NaN of none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
