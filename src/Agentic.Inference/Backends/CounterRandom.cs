namespace Agentic.Inference.Backends;

/// <summary>Random numbers that are a function of (seed, counter) alone: two rounds of SplitMix64's finaliser (Steele, Lea, Flood 2014).</summary>
internal static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public static double Unit(ulong seed, ulong counter) => (Mix(Mix(seed + Golden) + (counter + 1) * Golden) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
