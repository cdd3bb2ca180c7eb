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

    /// <summary>Stacked linear maps; the rows of a group, and its biases, are those of each part, one after the other.</summary>
    public LinearWeights Stack(StackTensors stack)
    {
        var biases = new List<(GgufTensor? Tensor, long First, long Length)>();
        for (int g = 0; g < stack.Groups; g++)
        {
            biases.AddRange(stack.Parts.Zip(stack.Biases, (part, bias) => (bias, g * part.Rows / stack.Groups, part.Rows / stack.Groups)));
        }

        return new(Matrix(stack.Parts, stack.Groups), Slices(biases));
    }

    /// <summary>Tensors of equal width as one matrix, or as so many groups of rows.</summary>
    /// <exception cref="ModelNotSupportedException">The backend cannot compute with a tensor's type.</exception>
    public unsafe DeviceMatrix Matrix(IReadOnlyList<GgufTensor> parts, int groups = 1)
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

        DeviceMatrix matrix = groups == 1 ? backend.Upload(sources) : backend.UploadGroups(groups, sources);
        _owned.Add(matrix);
        foreach (GgufTensor part in parts)
        {
            file.Release(part);
        }

        return matrix;
    }

    /// <summary>Null when there is none.</summary>
    public DeviceBuffer? Vector(GgufTensor? tensor) => tensor is null ? null : Vector([(tensor, tensor.Count)]);

    private DeviceBuffer? Vector(IReadOnlyList<(GgufTensor? Tensor, long Length)> parts) => Slices([.. parts.Select(part => (part.Tensor, 0L, part.Length))]);

    /// <summary>Slices of vectors side by side, zeros for those that are missing; null when all are.</summary>
    private DeviceBuffer? Slices(IReadOnlyList<(GgufTensor? Tensor, long First, long Length)> slices)
    {
        if (slices.All(slice => slice.Tensor is null))
        {
            return null;
        }

        float[] values = new float[slices.Sum(slice => slice.Length)];
        int at = 0;
        foreach ((GgufTensor? tensor, long first, long length) in slices)
        {
            if (tensor is not null)
            {
                int size = GgmlTypes.BlockBytes(tensor.Type);
                Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor).Slice((int)first * size, (int)length * size), values.AsSpan(at, (int)length));
            }

            at += (int)length;
        }

        DeviceBuffer buffer = backend.Allocate(ElementType.Float32, values.Length);
        _owned.Add(buffer);
        backend.Write(buffer, 0, values);
        return buffer;
    }
}
