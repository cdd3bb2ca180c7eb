using System.Runtime.InteropServices;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Drawing tokens: the rows of a step on all threads.</summary>
public sealed unsafe partial class SimdBackend
{
    private IReadOnlyList<SamplingRow> _draws = [];
    private SampledToken[] _drawn = [];
    private volatile Exception? _drawFailure;

    /// <inheritdoc/>
    public void Sample(DeviceBuffer logits, int vocabulary, IReadOnlyList<SamplingRow> rows, Span<SampledToken> results)
    {
        if (_drawn.Length < rows.Count) _drawn = new SampledToken[rows.Count];
        _draws = rows;
        using var self = new GCHandle<SimdBackend>(this);
        var job = new DrawJob { Logits = Floats(logits), Vocabulary = vocabulary, Backend = GCHandle<SimdBackend>.ToIntPtr(self) };
        _pool.For(rows.Count, (long)rows.Count * vocabulary < SmallRows ? Math.Max(rows.Count, 1) : 1, &DrawRows, &job);
        Exception? failure = _drawFailure;
        (_draws, _drawFailure) = ([], null);
        if (failure is not null) throw new InvalidOperationException($"A token could not be drawn: {failure.Message}", failure);
        _drawn.AsSpan(0, rows.Count).CopyTo(results);
        Array.Clear(_drawn, 0, rows.Count);
    }

    /// <summary>An exception must not leave a compute thread: it would end the process.</summary>
    private static void DrawRows(void* context, int begin, int end, int worker)
    {
        var job = (DrawJob*)context;
        SimdBackend self = GCHandle<SimdBackend>.FromIntPtr(job->Backend).Target;
        try
        {
            for (int r = begin; r < end; r++)
                self._drawn[r] = RowSampler.Sample(new ReadOnlySpan<float>(job->Logits + (long)r * job->Vocabulary, job->Vocabulary), self._draws[r]);
        }
        catch (Exception e)
        {
            self._drawFailure = e;
        }
    }

    private struct DrawJob
    {
        public float* Logits;
        public int Vocabulary;
        public nint Backend;
    }
}
