namespace Agentic.Inference.Backends.Scalar;

/// <summary>A buffer in managed memory.</summary>
internal sealed class ScalarBuffer : DeviceBuffer
{
    private readonly ScalarBackend _owner;
    private float[] _floats = [];
    private int[] _ints = [];

    public ScalarBuffer(ScalarBackend owner, ElementType type, long length)
        : base(type, length)
    {
        _owner = owner;
        if (type == ElementType.Float32)
        {
            _floats = new float[length];
        }
        else
        {
            _ints = new int[length];
        }

        owner.Resident += length * 4;
    }

    /// <summary>The elements of a float buffer.</summary>
    public static Span<float> Floats(DeviceBuffer buffer) => ((ScalarBuffer)buffer)._floats;

    /// <summary>The elements of an integer buffer.</summary>
    public static Span<int> Ints(DeviceBuffer buffer) => ((ScalarBuffer)buffer)._ints;

    protected override void Dispose(bool disposing)
    {
        _owner.Resident -= (_floats.Length + _ints.Length) * 4L;
        _floats = [];
        _ints = [];
    }
}
