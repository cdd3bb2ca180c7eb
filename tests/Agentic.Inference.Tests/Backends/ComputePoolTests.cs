using Agentic.Inference.Backends.Cpu;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>The pool's loops.</summary>
public sealed unsafe class ComputePoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void For_ManyShortLoops_RunsEveryItemOnce(int threads)
    {
        using var pool = new ComputePool(threads);
        const int length = 1000;
        int* counts = stackalloc int[length];
        for (int i = 0; i < length; i++) counts[i] = 0;
        for (int loop = 0; loop < 3000; loop++) pool.For(1 + loop % length, 1 + loop % 5, &Count, counts);
        for (int i = 0; i < length; i++) Assert.Equal(3 * (length - i), counts[i]);
    }

    [Fact]
    public void For_NothingToDo_ReturnsAtOnce()
    {
        using var pool = new ComputePool(3);
        pool.For(0, 1, null, null);
    }

    private static void Count(void* context, int begin, int end, int worker)
    {
        for (int i = begin; i < end; i++) Interlocked.Increment(ref ((int*)context)[i]);
    }
}
