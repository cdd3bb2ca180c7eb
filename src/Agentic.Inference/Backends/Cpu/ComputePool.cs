using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>A loop body over items [begin, end), run by worker number <c>worker</c>.</summary>
internal unsafe struct LoopBody
{
    public delegate*<void*, int, int, int, void> Run;
    public void* Context;
}

/// <summary>
/// Threads for short loops, many thousand a second: the caller works too, workers spin for a while and then park, and a worker that has not
/// started when the work is done is called off instead of waited for (which keeps a crowded machine at ease).
/// Each thread has a range of its own, which it walks in order (weights then stream), and helps with the others' when it is done.
/// </summary>
/// <remarks>One loop at a time. Nothing is allocated per loop.</remarks>
internal sealed unsafe class ComputePool : IDisposable
{
    private readonly Worker[] _workers;
    private readonly NativeBlock _ranges;
    private LoopBody _body;
    private int _chunk;
    private int _parts;
    private bool _stopping;

    /// <summary>Starts <paramref name="threads"/> − 1 workers.</summary>
    public ComputePool(int threads)
    {
        Threads = Math.Max(1, threads);
        _ranges = new NativeBlock(Threads * (long)sizeof(Range));
        _workers = new Worker[Threads - 1];
        for (int i = 0; i < _workers.Length; i++) _workers[i] = new Worker(this, i + 1);
    }

    /// <summary>Threads that work on a loop, the caller's included.</summary>
    public int Threads { get; }

    private Range* Ranges => (Range*)_ranges.Pointer;

    /// <summary>Processors that this process may use: affinity and control-group quota as the runtime sees them.</summary>
    public static int DefaultThreads => Environment.ProcessorCount;

    /// <summary>Runs the body over all items in chunks that threads take as they become free; returns when all are done.</summary>
    public void For(int items, int chunk, delegate*<void*, int, int, int, void> run, void* context)
    {
        if (items <= 0) return;
        if (_workers.Length == 0 || items <= chunk)
        {
            run(context, 0, items, 0);
            return;
        }

        int helpers = Math.Min(_workers.Length, (items + chunk - 1) / chunk - 1);
        _body = new LoopBody { Run = run, Context = context };
        _chunk = chunk;
        _parts = helpers + 1;
        for (int i = 0; i < _parts; i++)
        {
            Ranges[i].End = (int)((long)items * (i + 1) / _parts);
            Volatile.Write(ref Ranges[i].Next, (int)((long)items * i / _parts));
        }

        for (int i = 0; i < helpers; i++) _workers[i].Post();
        Work(0);
        for (int i = 0; i < helpers; i++) _workers[i].Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping) return;
        Volatile.Write(ref _stopping, true);
        foreach (Worker worker in _workers) worker.Dispose();
        _ranges.Dispose();
    }

    private void Work(int worker)
    {
        for (int i = 0; i < _parts; i++)
        {
            int part = worker + i;
            Range* range = Ranges + (part < _parts ? part : part - _parts);
            while (Volatile.Read(ref range->Next) < range->End)
            {
                int begin = Interlocked.Add(ref range->Next, _chunk) - _chunk;
                if (begin >= range->End) break;
                _body.Run(_body.Context, begin, Math.Min(begin + _chunk, range->End), worker);
            }
        }
    }

    private sealed class Worker : IDisposable
    {
        private const int Idle = 0, Posted = 1, Running = 2;
        private const int Spins = 4000, Yields = 20;
        private readonly ComputePool _pool;
        private readonly Thread _thread;
        private readonly AutoResetEvent _wake = new(false);
        private readonly int _number;
        private Flags _flags;

        public Worker(ComputePool pool, int number)
        {
            _pool = pool;
            _number = number;
            _thread = new Thread(Loop) { IsBackground = true, Name = $"compute {number}" };
            _thread.Start();
        }

        public void Post()
        {
            Interlocked.Exchange(ref _flags.State, Posted);
            if (Volatile.Read(ref _flags.Parked) == 1 && Interlocked.Exchange(ref _flags.Parked, 0) == 1) _wake.Set();
        }

        public void Join()
        {
            if (Interlocked.CompareExchange(ref _flags.State, Idle, Posted) == Posted) return;
            for (int spin = 0; Volatile.Read(ref _flags.State) != Idle; spin++)
            {
                if (spin < Spins) Pause();
                else if (spin % 8 != 0) Thread.Yield();
                else Thread.Sleep(0);
            }
        }

        public void Dispose()
        {
            _wake.Set();
            _thread.Join();
            _wake.Dispose();
        }

        private void Loop()
        {
            while (true)
            {
                WaitForWork();
                if (Volatile.Read(ref _pool._stopping)) return;
                if (Interlocked.CompareExchange(ref _flags.State, Running, Posted) != Posted) continue;
                _pool.Work(_number);
                Volatile.Write(ref _flags.State, Idle);
            }
        }

        private void WaitForWork()
        {
            for (int spin = 0; spin < Spins + Yields; spin++)
            {
                if (Volatile.Read(ref _flags.State) == Posted || Volatile.Read(ref _pool._stopping)) return;
                if (spin < Spins) Pause();
                else Thread.Yield();
            }

            Interlocked.Exchange(ref _flags.Parked, 1);
            bool needed = Volatile.Read(ref _flags.State) == Posted || Volatile.Read(ref _pool._stopping);
            if (needed && Interlocked.Exchange(ref _flags.Parked, 0) == 1) return;
            _wake.WaitOne();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Pause()
        {
            if (X86Base.IsSupported) X86Base.Pause();
            else Thread.SpinWait(1);
        }
    }

    /// <summary>A worker's flags on cache lines of their own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Flags
    {
        [FieldOffset(128)]
        public int State;

        [FieldOffset(132)]
        public int Parked;
    }

    /// <summary>Items that are not taken yet of one thread's share.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Range
    {
        [FieldOffset(0)]
        public int Next;

        [FieldOffset(4)]
        public int End;
    }
}
