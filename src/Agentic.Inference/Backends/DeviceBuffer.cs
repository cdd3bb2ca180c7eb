namespace Agentic.Inference.Backends;

/// <summary>What the elements of a <see cref="DeviceBuffer"/> are.</summary>
public enum ElementType
{
    /// <summary>IEEE single.</summary>
    Float32,

    /// <summary>32-bit signed integer.</summary>
    Int32,
}

/// <summary>A one-dimensional array in a backend's memory. Opaque: its contents are reached through the backend only.</summary>
/// <remarks>Freed by <see cref="IDisposable.Dispose"/>; not thread-safe. A buffer belongs to the backend that made it.</remarks>
public abstract class DeviceBuffer : IDisposable
{
    /// <summary>Creates a buffer of a given length.</summary>
    protected DeviceBuffer(ElementType type, long length)
    {
        Type = type;
        Length = length;
    }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
