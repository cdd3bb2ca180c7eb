using System.Diagnostics;
using Xunit;

namespace Agentic.Fuzz.Tests;

/// <summary>
/// Many hostile inputs against one piece of code. Every case has a seed of its own, so that a finding is repeated by its number alone. A case
/// fails by an exception of another kind than stated, by taking too long, or by allocating more than stated; a case that never ends is named
/// by the watchdog before the process is given up.
/// </summary>
/// <typeparam name="T">An input.</typeparam>
internal sealed record Campaign<T>(string Name, int Cases)
{
    private const int Seed = 20261;
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(60);

    /// <summary>Makes the input of a case.</summary>
    public required Func<Random, T> Make { get; init; }

    /// <summary>Runs it.</summary>
    public required Action<T> Run { get; init; }

    /// <summary>Whether an exception is an answer and no failure.</summary>
    public required Predicate<Exception> Refuses { get; init; }

    /// <summary>Most bytes that a case may allocate.</summary>
    public required long MaxAllocated { get; init; }

    /// <summary>Most time that a case may take; generous, since the machine may be busy.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Shows an input in a message.</summary>
    public required Func<T, string> Show { get; init; }

    /// <summary>Ten times as many cases when AGENTIC_LONG_TESTS is 1.</summary>
    public static bool Long => Environment.GetEnvironmentVariable("AGENTIC_LONG_TESTS") == "1";

    /// <summary>Runs all cases.</summary>
    /// <returns>How many inputs were refused.</returns>
    public int Execute()
    {
        int cases = Long ? 10 * Cases : Cases;
        int refused = 0;
        int current = -1;
        long started = Stopwatch.GetTimestamp();
        using var watchdog = new Timer(
            _ =>
            {
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref started)) > HangAfter)
                {
                    Environment.FailFast($"{Name}: case {Volatile.Read(ref current)} does not end: {Show(MakeCase(Volatile.Read(ref current)))}");
                }
            },
            null, HangAfter, TimeSpan.FromSeconds(5));
        for (int i = 0; i < cases; i++)
        {
            T input = MakeCase(i);
            Volatile.Write(ref current, i);
            Volatile.Write(ref started, Stopwatch.GetTimestamp());
            refused += Case(i, input) ? 0 : 1;
        }

        return refused;
    }

    private T MakeCase(int number) => Make(new Random(HashCode(number)));

    /// <summary>A seed that is the same in every process.</summary>
    private static int HashCode(int number) => unchecked((int)((uint)(number + Seed) * 2654435761u));

    /// <summary>False when the input was refused.</summary>
    private bool Case(int number, T input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? error = Record.Exception(() => Run(input));
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        string? failure = error is not null && !Refuses(error) ? error.ToString()
            : bytes > MaxAllocated ? $"{bytes:N0} bytes were allocated; {MaxAllocated:N0} are the bound"
            : time > MaxTime ? $"it took {time.TotalSeconds:F1} s"
            : null;
        Assert.True(failure is null, failure is null ? "" : $"{Name}, case {number}: {failure}\ninput: {Show(input)}");
        return error is null;
    }
}
