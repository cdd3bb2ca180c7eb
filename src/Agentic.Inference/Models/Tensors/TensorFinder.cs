using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Tensors;

/// <summary>Looks tensors up by name and holds them against the expected shape and type.</summary>
internal sealed class TensorFinder(GgufFile file)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>A matrix that must be there, of any type that can be computed with.</summary>
    public GgufTensor Matrix(string name, long columns, long rows) =>
        OptionalMatrix(name, columns, rows) ?? throw Missing(name);

    /// <summary>A matrix or null.</summary>
    public GgufTensor? OptionalMatrix(string name, long columns, long rows) => OptionalWeights(name, columns, rows);

    /// <summary>Stacked matrices that must be there: [columns, rows, count].</summary>
    public GgufTensor Stack(string name, long columns, long rows, long count) => OptionalWeights(name, columns, rows, count) ?? throw Missing(name);

    /// <summary>Stacked biases, [rows, count] in F32, which must be there if <paramref name="required"/>.</summary>
    public GgufTensor? StackBias(string name, long rows, long count, bool required)
    {
        if (Take(name) is not { } tensor)
        {
            return required ? throw Missing(name) : null;
        }

        return tensor.Type != GgmlType.F32 ? throw new ModelNotSupportedException(file.Path, name, $"is stored as {GgmlTypes.Name(tensor.Type)}; F32 was expected for biases.")
            : tensor.Dimensions.SequenceEqual([rows, count]) ? tensor
            : throw Shape(tensor, $"{rows} × {count}");
    }

    private GgufTensor? OptionalWeights(string name, params long[] shape)
    {
        if (Take(name) is not { } tensor)
        {
            return null;
        }

        if (!GgmlTypes.IsSupported(tensor.Type))
        {
            throw new ModelNotSupportedException(file.Path, name, $"is stored as {GgmlTypes.Name(tensor.Type)}, which cannot be computed with.", "Use another quantisation of the model, for example Q4_K_M or Q8_0.");
        }

        return tensor.Dimensions.SequenceEqual(shape) ? tensor : throw Shape(tensor, string.Join(" × ", shape));
    }

    /// <summary>A vector of F32, F16 or BF16 that must be there.</summary>
    public GgufTensor Vector(string name, long length) => OptionalVector(name, length) ?? throw Missing(name);

    /// <summary>A bias, which must be there if <paramref name="required"/>.</summary>
    public GgufTensor? Bias(string name, long length, bool required) => required ? Vector(name, length) : OptionalVector(name, length);

    /// <summary>A vector or null.</summary>
    public GgufTensor? OptionalVector(string name, long length)
    {
        if (Take(name) is not { } tensor)
        {
            return null;
        }

        if (tensor.Type is not (GgmlType.F32 or GgmlType.F16 or GgmlType.BF16))
        {
            throw new ModelNotSupportedException(file.Path, name, $"is stored as {GgmlTypes.Name(tensor.Type)}; F32, F16 or BF16 was expected for a vector.");
        }

        return tensor.Dimensions is not [var n] || n != length ? throw Shape(tensor, $"{length}")
            : IsFinite(tensor) ? tensor
            : throw new GgufFormatException(file.Path, name, "holds a value that is not a finite number.");
    }

    /// <summary>Whether a tensor is there.</summary>
    public bool Has(string name) => file.Find(name) is not null;

    /// <summary>Whether a tensor is there and has one dimension.</summary>
    public bool IsVector(string name) => file.Find(name)?.Dimensions.Count == 1;

    /// <summary>Refuses a tensor whose presence says more than the absence of those that it stands for.</summary>
    public void Refuse(string name, string why)
    {
        if (file.Find(name) is not null)
        {
            throw new ModelNotSupportedException(file.Path, name, why);
        }
    }

    /// <summary>Refuses tensors of layers that nobody asked for: a norm or bias left out gives fluent nonsense. Stored rotary tables of old files are harmless.</summary>
    public void RefuseUnknownInLayers()
    {
        foreach (var tensor in file.Tensors)
        {
            if (tensor.Name.StartsWith("blk.", StringComparison.Ordinal) && !_used.Contains(tensor.Name) && !tensor.Name.Contains(".attn_rot_embd", StringComparison.Ordinal))
            {
                throw new ModelNotSupportedException(file.Path, tensor.Name, "is part of a layer, but is not known for this architecture or lies beyond its layers.");
            }
        }
    }

    /// <summary>One bad value in a norm or bias spoils every result; matrices are too large to be read for this.</summary>
    private bool IsFinite(GgufTensor vector)
    {
        var values = new float[vector.Columns];
        Dequantizer.Dequantize(vector.Type, file.Bytes(vector), values);
        return Array.TrueForAll(values, float.IsFinite);
    }

    private GgufTensor? Take(string name)
    {
        _used.Add(name);
        return file.Find(name);
    }

    private GgufFormatException Missing(string name) => new(file.Path, name, "is missing.");

    private GgufFormatException Shape(GgufTensor tensor, string expected) =>
        new(file.Path, tensor.Name, $"has the shape {tensor.Shape}; {expected} was expected from the metadata.");
}
