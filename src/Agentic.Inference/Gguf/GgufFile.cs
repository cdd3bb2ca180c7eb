namespace Agentic.Inference.Gguf;

/// <summary>
/// A GGUF file (versions 2 and 3, little-endian), memory-mapped read-only. Opening reads and checks the whole header; tensor data is
/// checked to lie inside the file, apart from each other and aligned, but not read.
/// </summary>
/// <remarks>Thread-safe for reading. Pointers and spans are valid until <see cref="Dispose"/>. Format: ggml's <c>docs/gguf.md</c>.</remarks>
public sealed unsafe partial class GgufFile : IDisposable
{
    private const string AlignmentKey = "general.alignment";
    private readonly MappedFile _map;
    private readonly Dictionary<string, GgufTensor> _byName;

    private GgufFile(string path, MappedFile map)
    {
        Path = path;
        _map = map;
        var reader = new GgufReader(path, map.Start, map.Length);
        Version = GgufHeader.ReadVersion(reader);
        var tensors = reader.Count(33, "tensor_count");
        var pairs = reader.Count(13, "metadata_kv_count");
        Metadata = GgufMetadataReader.Read(reader, pairs);
        SplitFiles.Refuse(this);
        Tensors = GgufTensorReader.Read(reader, tensors, Alignment(), map.Length);
        _byName = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>Format version, 2 or 3.</summary>
    public int Version { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => _map.Length;

    /// <summary>All key-value pairs.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="GgufFormatException">The file is not GGUF, is damaged, or contradicts itself.</exception>
    /// <exception cref="ModelNotSupportedException">It is a part of a split model, or holds an element type of unknown layout.</exception>
    /// <exception cref="ModelException">The file is missing or cannot be opened.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var map = MappedFile.Open(path);
        try
        {
            return new GgufFile(path, map);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of a name; null when there is none.</summary>
    public GgufTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>First byte of a tensor's data, valid until the file is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public byte* Data(GgufTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Start + tensor.Offset;
    }

    /// <summary>A tensor's data, valid until the file is disposed.</summary>
    /// <exception cref="OverflowException">The tensor has 2 GiB or more; use <see cref="Data"/>.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes(GgufTensor tensor) => new(Data(tensor), checked((int)tensor.Bytes));

    /// <summary>Gives a tensor's mapped pages back to the operating system, after its weights were repacked. Its data can still be read (from the file again).</summary>
    public void Release(GgufTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _map.Release(tensor.Offset, tensor.Bytes);
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose() => _map.Dispose();

    private byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_map.Start == null, this);
            return _map.Start;
        }
    }

    private uint Alignment()
    {
        var alignment = TryInteger(AlignmentKey) ?? 32;
        return alignment is > 0 and <= uint.MaxValue && (alignment & (alignment - 1)) == 0
            ? (uint)alignment
            : throw new GgufFormatException(Path, AlignmentKey, $"is {alignment}; a power of two was expected.");
    }
}
