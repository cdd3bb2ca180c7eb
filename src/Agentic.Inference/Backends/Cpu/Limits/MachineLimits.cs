using System.Diagnostics;

namespace Agentic.Inference.Backends.Cpu.Limits;

/// <summary>What the processor can do at most by the instructions that .NET offers, measured on this machine: the yardstick for decode and prefill.</summary>
/// <param name="Threads">Threads that ran at once.</param>
/// <param name="ReadBytesPerSecond">Bytes that all threads together read from memory (not from caches).</param>
/// <param name="Int8PerSecond">8-bit multiply-adds of all threads together, operands in registers.</param>
/// <param name="Int8Instructions">The instructions that did most of them.</param>
/// <param name="FloatPerSecond">Single-precision multiply-adds of all threads together, operands in registers.</param>
public sealed record MachineLimits(int Threads, double ReadBytesPerSecond, double Int8PerSecond, string Int8Instructions, double FloatPerSecond)
{
    private const long BytesPerThread = 128L << 20;
    private const int Rounds = 5;

    /// <summary>Measures; takes about a second and 128 MiB a thread. Another load on the machine lowers the figures.</summary>
    /// <param name="threads">Threads; null = the processors that this process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public static MachineLimits Measure(int? threads = null)
    {
        int count = threads ?? ComputePool.DefaultThreads;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        using var memory = new NativeBlock(count * BytesPerThread);
        Touch(memory);
        double read = Best(count, worker => Read(memory, worker));
        double bytes = 0;
        string instructions = "";
        foreach ((string name, Func<long> run) in PeakLoops.Int8)
        {
            double rate = Best(count, _ => run());
            if (rate > bytes) (bytes, instructions) = (rate, name);
        }

        return new MachineLimits(count, read, bytes, instructions, Best(count, _ => PeakLoops.Float()));
    }

    private static unsafe void Touch(NativeBlock memory)
    {
        for (long at = 0; at < memory.Bytes; at += 4096) memory.Pointer[at] = 1;
    }

    private static unsafe long Read(NativeBlock memory, int worker)
    {
        PeakLoops.Read(memory.Pointer + worker * BytesPerThread, BytesPerThread);
        return BytesPerThread;
    }

    /// <summary>Units a second of all threads together, in the best of some rounds. All start at once; the last to end counts.</summary>
    private static double Best(int threads, Func<int, long> run)
    {
        double best = 0;
        using var barrier = new Barrier(threads);
        long[] units = new long[threads], begin = new long[threads], end = new long[threads];
        for (int round = 0; round <= Rounds; round++)
        {
            Thread[] all = [.. Enumerable.Range(0, threads).Select(worker => new Thread(() =>
            {
                run(worker); // compiled, awake
                barrier.SignalAndWait();
                begin[worker] = Stopwatch.GetTimestamp();
                units[worker] = run(worker);
                end[worker] = Stopwatch.GetTimestamp();
            }))];
            foreach (Thread thread in all) thread.Start();
            foreach (Thread thread in all) thread.Join();
            best = Math.Max(best, units.Sum() / Stopwatch.GetElapsedTime(begin.Min(), end.Max()).TotalSeconds);
        }

        return best;
    }
}
