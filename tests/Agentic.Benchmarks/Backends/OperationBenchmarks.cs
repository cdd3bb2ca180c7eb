using System.Runtime.InteropServices;
using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using BenchmarkDotNet.Attributes;

namespace Agentic.Benchmarks.Backends;

/// <summary>Operations of one layer of a small model (576 wide, 9 query heads on 3 KV heads of 64), for a prefill chunk and for one token.</summary>
public unsafe class OperationBenchmarks : IDisposable
{
    private const int Layers = 30;
    private readonly DeviceMatrix[] _gateUp = new DeviceMatrix[Layers];
    private SimdBackend _backend = null!;
    private DeviceBuffer _input = null!;
    private DeviceBuffer _output = null!;
    private DeviceKvPool _pool = null!;
    private int _layer;

    [Params(1, 512)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Allocate()
    {
        _backend = new SimdBackend();
        void* weights = NativeMemory.AllocZeroed(3072 * 576);
        for (int i = 0; i < Layers; i++) _gateUp[i] = _backend.Upload(new MatrixSource(GgmlType.Q4_1, 3072, 576, (nint)weights));
        NativeMemory.Free(weights);
        _input = _backend.Allocate(ElementType.Float32, 512 * 960);
        _output = _backend.Allocate(ElementType.Float32, 512 * 3072);
        _pool = _backend.CreateKvPool(new KvPageFormat(KvType.Float16, 1, 3, 64, 64), 16);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (DeviceMatrix matrix in _gateUp) matrix.Dispose();
        _input.Dispose();
        _output.Dispose();
        _pool.Dispose();
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another layer each time, so that one token's weights come from memory as in a model.</summary>
    [Benchmark]
    public void GateUp() => _backend.MatMul(_gateUp[_layer = (_layer + 1) % Layers], _input, Rows, _output);

    [Benchmark]
    public void AttentionUpToPosition1024() => _backend.Attend(new AttentionCall
    {
        Pool = _pool,
        Layer = 0,
        Sequences = [new SequenceRows(0, Rows, 1024 - Rows, [.. Enumerable.Range(0, 16)])],
        Segments = [AttentionSegment.Dense],
        Queries = [_input],
        QueryStride = 960,
        QueryHeads = 9,
        Output = _output,
        Scale = 0.125f,
    });
}
