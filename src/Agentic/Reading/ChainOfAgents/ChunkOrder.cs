namespace Agentic.Reading.ChainOfAgents;

/// <summary>Orders in which chunks are read; the same seed gives the same order on every machine.</summary>
internal static class ChunkOrder
{
    /// <summary>Places 0..count-1 in reading order.</summary>
    public static int[] Of(int count, ReadingOrder order, int seed)
    {
        int[] places = [.. Enumerable.Range(0, count)];
        switch (order)
        {
            case ReadingOrder.Backward:
                Array.Reverse(places);
                break;
            case ReadingOrder.Random:
                Shuffle(places, (ulong)seed);
                break;
        }

        return places;
    }

    /// <summary>Fisher-Yates over SplitMix64: the platform's own generator promises no stable sequence.</summary>
    private static void Shuffle(int[] places, ulong state)
    {
        for (int i = places.Length - 1; i > 0; i--)
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            int j = (int)((z ^ (z >> 31)) % (ulong)(i + 1));
            (places[i], places[j]) = (places[j], places[i]);
        }
    }
}
