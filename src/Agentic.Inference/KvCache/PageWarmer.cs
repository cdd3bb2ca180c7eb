using Agentic.Inference.Backends;

namespace Agentic.Inference.KvCache;

/// <summary>
/// Has the system back the memory of pages a little before they are first used, in the background and a layer at a time. Every layer's pages lie
/// side by side, so that all layers come to their next stretch of untouched memory in the same step: clearing it there took longer than the step.
/// </summary>
/// <remarks>Only as many pages as <see cref="DeviceKvPool.PagesAhead"/> are touched beyond the highest one ever used; the rest of the pool takes no memory.</remarks>
internal sealed class PageWarmer : IDisposable
{
    /// <summary>Pause after a layer that took long, once the pool is in use, as a multiple of what it took: whoever computes meanwhile loses a ninth of a processor at most.</summary>
    private const int Pause = 8;

    /// <summary>The longest pause.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(0.5);
    private readonly DeviceKvPool _pool;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private int _used;
    private int _warm;

    /// <summary>Begins with the first pages.</summary>
    public PageWarmer(DeviceKvPool pool)
    {
        _pool = pool;
        Begin();
    }

    /// <summary>Pages from 0 on that were touched.</summary>
    public int Warm => Volatile.Read(ref _warm);

    /// <summary>Takes note of how many pages from 0 on have been used. From one thread.</summary>
    public void Used(int pages)
    {
        if (pages > _used)
        {
            Volatile.Write(ref _used, pages);
            Begin();
        }
    }

    /// <summary>Stops; afterwards the pool is not touched any more.</summary>
    public void Dispose()
    {
        Task work;
        lock (_gate)
        {
            _stop.Cancel();
            work = _work;
        }

        work.Wait();
        _stop.Dispose();
    }

    private int Target => Math.Min(_pool.Pages, Volatile.Read(ref _used) + _pool.PagesAhead);

    private void Begin()
    {
        lock (_gate)
        {
            if (_work.IsCompleted && !_stop.IsCancellationRequested && Target > _warm)
            {
                _work = Task.Run(WarmAsync);
            }
        }
    }

    private async Task WarmAsync()
    {
        while (Target is var target && target > _warm)
        {
            for (int layer = 0; layer < _pool.Format.Layers; layer++)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                long start = TimeProvider.System.GetTimestamp();
                _pool.Touch(layer, _warm, target - _warm);
                TimeSpan took = TimeProvider.System.GetElapsedTime(start);
                if (Volatile.Read(ref _used) > 0 && took > Long)
                {
                    await Task.Delay(took * Pause < LongestPause ? took * Pause : LongestPause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            Volatile.Write(ref _warm, target);
        }
    }
}
