using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>A model's weights in a backend's memory: query, key and value as one matrix, gate and up as one, norms and biases as buffers.</summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly IComputeBackend _backend;
    private readonly GgufFile _file;

    private ModelWeights(IComputeBackend backend, GgufFile file, TensorCatalog tensors)
    {
        _backend = backend;
        _file = file;
        try
        {
            TokenEmbedding = Matrix(tensors.TokenEmbedding);
            Output = tensors.IsTied ? TokenEmbedding : Matrix(tensors.Output);
            OutputNorm = Vector(tensors.OutputNorm)!;
            OutputBias = Vector(tensors.OutputBias);
            Layers = [.. tensors.Layers.Select(Layer)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DeviceMatrix TokenEmbedding { get; }

    /// <summary>The output projection; the embedding itself when tied.</summary>
    public DeviceMatrix Output { get; }

    public DeviceBuffer OutputNorm { get; }

    public DeviceBuffer? OutputBias { get; }

    public IReadOnlyList<LayerWeights> Layers { get; }

    /// <summary>Uploads everything; each tensor's mapped pages are given back as soon as it is repacked.</summary>
    public static ModelWeights Upload(IComputeBackend backend, GgufFile file, TensorCatalog tensors) => new(backend, file, tensors);

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
    }

    private LayerWeights Layer(LayerTensors layer) => new(
        Vector(layer.AttentionNorm)!,
        Matrix(layer.Query, layer.Key, layer.Value),
        Vector((layer.QueryBias, layer.Query.Rows), (layer.KeyBias, layer.Key.Rows), (layer.ValueBias, layer.Value.Rows)),
        Matrix(layer.AttentionOutput),
        Vector(layer.AttentionOutputBias),
        Vector(layer.FeedForwardNorm)!,
        Matrix(layer.Gate, layer.Up),
        Vector((layer.GateBias, layer.Gate.Rows), (layer.UpBias, layer.Up.Rows)),
        Matrix(layer.Down),
        Vector(layer.DownBias));

    private unsafe DeviceMatrix Matrix(params ReadOnlySpan<GgufTensor> parts)
    {
        var sources = new MatrixSource[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            GgufTensor part = parts[i];
            if (!_backend.Supports(part.Type))
            {
                throw new ModelNotSupportedException(_file.Path, part.Name, $"has type {GgmlTypes.Name(part.Type)}, which the backend '{_backend.Name}' cannot compute with.");
            }

            sources[i] = new MatrixSource(part.Type, checked((int)part.Rows), checked((int)part.Columns), (nint)_file.Data(part));
        }

        DeviceMatrix matrix = _backend.Upload(sources);
        _owned.Add(matrix);
        foreach (GgufTensor part in parts)
        {
            _file.Release(part);
        }

        return matrix;
    }

    private DeviceBuffer? Vector(GgufTensor? tensor) => tensor is null ? null : Vector((tensor, tensor.Count));

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
                Dequantizer.Dequantize(tensor.Type, _file.Bytes(tensor), values.AsSpan(at, (int)part));
            }

            at += (int)part;
        }

        DeviceBuffer buffer = _backend.Allocate(ElementType.Float32, length);
        _owned.Add(buffer);
        _backend.Write(buffer, 0, values);
        return buffer;
    }
}
