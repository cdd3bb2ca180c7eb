using System.Diagnostics;
using Agentic.Inference.Backends;

namespace Agentic.Cli.Benchmarking;

/// <summary>What the backend did a second while something was timed, to be held against the machine's limits.</summary>
/// <param name="Bytes">Bytes of weights, keys and values read.</param>
/// <param name="MultiplyAdds">Multiply-adds with weights.</param>
internal sealed record WorkRate(double Bytes, double MultiplyAdds)
{
    /// <summary>Begins a measurement.</summary>
    public static Watch Start(BackendCounters counters) => new(counters, counters.BytesRead, counters.MultiplyAdds, Stopwatch.GetTimestamp());

    /// <summary>A measurement that runs.</summary>
    internal readonly record struct Watch(BackendCounters Counters, long Bytes, long MultiplyAdds, long Begin)
    {
        /// <summary>Time so far, and what was done a second.</summary>
        public (double Seconds, WorkRate Rate) Stop()
        {
            double seconds = Stopwatch.GetElapsedTime(Begin).TotalSeconds;
            return (seconds, new WorkRate((Counters.BytesRead - Bytes) / seconds, (Counters.MultiplyAdds - MultiplyAdds) / seconds));
        }
    }
}
