using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Short ways to fill and read a backend's memory.</summary>
internal static class BackendExtensions
{
    public static DeviceBuffer Floats(this IComputeBackend backend, ReadOnlySpan<float> values)
    {
        DeviceBuffer buffer = backend.Allocate(ElementType.Float32, values.Length);
        backend.Write(buffer, 0, values);
        return buffer;
    }

    public static DeviceBuffer Ints(this IComputeBackend backend, ReadOnlySpan<int> values)
    {
        DeviceBuffer buffer = backend.Allocate(ElementType.Int32, values.Length);
        backend.Write(buffer, 0, values);
        return buffer;
    }

    public static float[] Read(this IComputeBackend backend, DeviceBuffer buffer)
    {
        float[] values = new float[buffer.Length];
        backend.Read(buffer, 0, values);
        return values;
    }

    public static unsafe DeviceMatrix Matrix(this IComputeBackend backend, params (GgmlType Type, int Rows, byte[] Bytes)[] parts)
    {
        var sources = new MatrixSource[parts.Length];
        var pins = new System.Runtime.InteropServices.GCHandle[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            (GgmlType type, int rows, byte[] bytes) = parts[i];
            pins[i] = System.Runtime.InteropServices.GCHandle.Alloc(bytes, System.Runtime.InteropServices.GCHandleType.Pinned);
            int columns = bytes.Length / rows / GgmlTypes.BlockBytes(type) * GgmlTypes.BlockSize(type);
            sources[i] = new MatrixSource(type, rows, columns, pins[i].AddrOfPinnedObject());
        }

        DeviceMatrix matrix = backend.Upload(sources);
        foreach (var pin in pins) pin.Free();
        return matrix;
    }
}
