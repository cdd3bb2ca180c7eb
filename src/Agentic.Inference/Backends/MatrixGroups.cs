using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends;

/// <summary>Uploads stacks of matrices for <see cref="IComputeBackend.GroupedMatMul"/>.</summary>
public static class MatrixGroups
{
    /// <summary>
    /// Uploads matrices that a file stores one after the other. Every part holds <paramref name="groups"/> matrices of equal height; group g of the
    /// result is the g-th matrix of the first part, then the g-th of the second and so on (the gate and up rows of an expert side by side).
    /// </summary>
    /// <exception cref="ArgumentException">The rows of a part are not a multiple of <paramref name="groups"/>, or the parts differ in width.</exception>
    public static DeviceMatrix UploadGroups(this IComputeBackend backend, int groups, params ReadOnlySpan<MatrixSource> parts)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        var sources = new MatrixSource[groups * parts.Length];
        for (int p = 0; p < parts.Length; p++)
        {
            (int rows, int left) = Math.DivRem(parts[p].Rows, groups);
            if (left != 0)
            {
                throw new ArgumentException($"{parts[p].Rows} rows do not make {groups} equal groups.", nameof(parts));
            }

            long bytes = rows * (parts[p].Columns / GgmlTypes.BlockSize(parts[p].Type) * (long)GgmlTypes.BlockBytes(parts[p].Type));
            for (int g = 0; g < groups; g++)
            {
                sources[g * parts.Length + p] = parts[p] with { Rows = rows, Data = parts[p].Data + checked((nint)(g * bytes)) };
            }
        }

        return backend.Upload(sources);
    }
}
