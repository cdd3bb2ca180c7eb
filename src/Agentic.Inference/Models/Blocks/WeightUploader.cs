using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Models.Blocks;

/// <summary>Brings tensors of a file into a backend's memory and owns what it brought. A tensor's mapped pages are given back as soon as it is repacked.</summary>
internal sealed class WeightUploader(IComputeBackend backend, GgufFile file) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
    }

    /// <summary>Null when there is none.</summary>
    public NormWeights? Norm(NormTensors? norm) => norm is null ? null : new(Vector(norm.Weight)!, Vector(norm.Bias));

    /// <summary>A linear map, the rows of its parts one after the other.</summary>
    public LinearWeights Linear(LinearTensors linear) => new(Matrix(linear.Parts), Vector([.. linear.Parts.Zip(linear.Biases, (part, bias) => (bias, part.Rows))]));

    /// <summary>Tensors of equal width as one matrix.</summary>
    /// <exception cref="ModelNotSupportedException">The backend cannot compute with a tensor's type.</exception>
    public unsafe DeviceMatrix Matrix(IReadOnlyList<GgufTensor> parts)
    {
        var sources = new MatrixSource[parts.Count];
        for (int i = 0; i < parts.Count; i++)
        {
            GgufTensor part = parts[i];
            if (!backend.Supports(part.Type))
            {
                throw new ModelNotSupportedException(file.Path, part.Name, $"has type {GgmlTypes.Name(part.Type)}, which the backend '{backend.Name}' cannot compute with.");
            }

            sources[i] = new MatrixSource(part.Type, checked((int)part.Rows), checked((int)part.Columns), (nint)file.Data(part));
        }

        DeviceMatrix matrix = backend.Upload(sources);
        _owned.Add(matrix);
        foreach (GgufTensor part in parts)
        {
            file.Release(part);
        }

        return matrix;
    }

    /// <summary>Null when there is none.</summary>
    public DeviceBuffer? Vector(GgufTensor? tensor) => tensor is null ? null : Vector((tensor, tensor.Count));

    /// <summary>Several vectors side by side, zeros for those that are missing; null when all are.</summary>
    private DeviceBuffer? Vector(params ReadOnlySpan<(GgufTensor? Tensor, long Length)> parts)
    {
        long length = 0;
        bool any = false;
        foreach ((GgufTensor? tensor, long part) in parts)
        {
            length += part;
            any |= tensor is not null;
        }

        if (!any)
        {
            return null;
        }

        float[] values = new float[length];
        int at = 0;
        foreach ((GgufTensor? tensor, long part) in parts)
        {
            if (tensor is not null)
            {
                Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor), values.AsSpan(at, (int)part));
            }

            at += (int)part;
        }

        DeviceBuffer buffer = backend.Allocate(ElementType.Float32, length);
        _owned.Add(buffer);
        backend.Write(buffer, 0, values);
        return buffer;
    }
}
