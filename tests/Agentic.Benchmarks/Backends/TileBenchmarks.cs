using System.Runtime.InteropServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.Backends.Cpu.Panels;
using BenchmarkDotNet.Attributes;

namespace Agentic.Benchmarks.Backends;

/// <summary>One panel (16 rows × 576 columns) against a few tokens, everything in the first cache: the ceiling of the integer kernels. MACs = 16 · 576 · Tokens.</summary>
public unsafe class TileBenchmarks
{
    private const int Columns = 576;
    private byte* _panel;
    private byte* _activations;
    private float* _tile;

    [Params("Nibble", "NibbleHalf", "Byte5", "Byte6Half", "Byte8")]
    public string Kind { get; set; } = "";

    [Params(1, 2, 4)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Allocate()
    {
        _panel = (byte*)NativeMemory.AlignedAlloc(1 << 16, 64);
        _activations = (byte*)NativeMemory.AlignedAlloc(1 << 16, 64);
        _tile = (float*)NativeMemory.AlignedAlloc(4096, 64);
        NativeMemory.Clear(_panel, 1 << 16);
        NativeMemory.Clear(_activations, 1 << 16);
    }

    [GlobalCleanup]
    public void Free()
    {
        NativeMemory.AlignedFree(_panel);
        NativeMemory.AlignedFree(_activations);
        NativeMemory.AlignedFree(_tile);
    }

    [Benchmark]
    public void Tile() => KernelTable.Integer(Enum.Parse<PanelKind>(Kind), Tokens)(_panel, _activations, Columns / PanelLayout.Block, _tile);
}
