using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends;

/// <summary>Weights in a backend's memory, in whatever layout the backend chose. Rows are outputs, columns inputs.</summary>
public abstract class DeviceMatrix : IDisposable
{
    /// <summary>Creates the description of an uploaded matrix.</summary>
    protected DeviceMatrix(int rows, int columns, long bytes)
    {
        Rows = rows;
        Columns = columns;
        Bytes = bytes;
    }

    /// <summary>Number of outputs (of all parts together).</summary>
    public int Rows { get; }

    /// <summary>Number of inputs.</summary>
    public int Columns { get; }

    /// <summary>Resident bytes, repacked layout included.</summary>
    public long Bytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Weights as they lie in a file, to be handed to <see cref="IComputeBackend.Upload"/>.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Rows">Number of outputs.</param>
/// <param name="Columns">Number of inputs; a multiple of the type's block size.</param>
/// <param name="Data">The rows one after the other, in file layout.</param>
public readonly unsafe record struct MatrixSource(GgmlType Type, int Rows, int Columns, nint Data)
{
    /// <summary>First byte of the data.</summary>
    public byte* Bytes => (byte*)Data;
}
