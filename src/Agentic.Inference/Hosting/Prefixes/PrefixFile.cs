using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Prefixes;

/// <summary>
/// A file of KV pages, mapped. Little-endian: magic <c>AGKVPAGE</c>; u32 version 2; u32 bytes of the header, from the magic to its checksum;
/// u32 pages; u32 tokens a page; u64 bytes a page; five strings (u32 length, UTF-8): weights, attention method, position scheme, page format, activations;
/// the token ids (i32); a XXH64 of each page (its number is the seed); XXH64 of all of that. Then, from the next multiple of 4,096 on, the pages as
/// <see cref="Backends.DeviceKvPool.ReadPage"/> gives them. Nothing follows.
/// </summary>
internal sealed unsafe class PrefixFile : IDisposable
{
    public const uint Version = 2;
    public const int Alignment = 4096;
    public const int FixedBytes = 32;
    private const int LongestString = 4096;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _path;
    private readonly ulong[] _checksums;
    private readonly long _pagesAt;
    private byte* _start;

    private PrefixFile(string path, FileStream stream)
    {
        _path = path;
        long length = stream.Length;
        if (length < FixedBytes + sizeof(ulong))
        {
            throw Damaged("it is too short");
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            ReadOnlySpan<byte> bytes = new(_start, (int)Math.Min(length, int.MaxValue));
            if (!bytes.StartsWith(Magic))
            {
                throw new PrefixException($"{path}: is no file of stored prefixes.", "Name a file that was written by saving a prefix.");
            }

            uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            if (version != Version)
            {
                throw new PrefixException($"{path}: has version {version} of the format of stored prefixes; this program reads version {Version}.", "Save the prefix again.");
            }

            uint header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            uint pages = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
            uint pageTokens = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
            ulong pageBytes = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
            if (header < FixedBytes + sizeof(ulong) || header > bytes.Length)
            {
                throw Damaged("its header does not fit the file");
            }

            if (XxHash64.Compute(bytes[..(int)(header - sizeof(ulong))], 0) != BinaryPrimitives.ReadUInt64LittleEndian(bytes[(int)(header - sizeof(ulong))..]))
            {
                throw Damaged("the checksum of its header is wrong");
            }

            // From here on the header is what somebody wrote, though perhaps not we: sizes are compared before anything is allocated by them.
            _pagesAt = PagesAt((int)header);
            PageBytes = (long)pageBytes;
            if (pages == 0 || pageTokens != KvPageFormat.PageTokens || pageBytes == 0 || pageBytes > (ulong)length
                || (UInt128)(ulong)_pagesAt + (UInt128)pages * pageBytes != (ulong)length)
            {
                throw Damaged(FormattableString.Invariant($"{pages} pages of {pageBytes} bytes do not make its length of {length}"));
            }

            ReadOnlySpan<byte> rest = bytes[FixedBytes..(int)(header - sizeof(ulong))];
            string weights = Text(ref rest), attention = Text(ref rest), positions = Text(ref rest), format = Text(ref rest), activations = Text(ref rest);
            if (rest.Length != pages * (KvPageFormat.PageTokens * (long)sizeof(int) + sizeof(ulong)))
            {
                throw Damaged("its list of tokens does not fit its pages");
            }

            int tokens = (int)pages * KvPageFormat.PageTokens;
            Content = new StoredPrefix(weights, attention, positions, format, activations, MemoryMarshal.Cast<byte, int>(rest[..(tokens * sizeof(int))]).ToArray(), (int)pages, length);
            _checksums = MemoryMarshal.Cast<byte, ulong>(rest[(tokens * sizeof(int))..]).ToArray();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>First bytes of every such file.</summary>
    public static ReadOnlySpan<byte> Magic => "AGKVPAGE"u8;

    /// <summary>What the header says.</summary>
    public StoredPrefix Content { get; }

    /// <summary>Bytes of a page.</summary>
    public long PageBytes { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="PrefixException">The file is missing, is no such file, or its header is damaged.</exception>
    public static PrefixFile Open(string path)
    {
        try
        {
            if (Directory.Exists(path) || SpecialFile.Kind(path) is not null)
            {
                throw new PrefixException($"{path}: is no file.", "Name a file that was written by saving a prefix.");
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return new PrefixFile(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PrefixException($"{path}: the stored prefix cannot be opened: {e.Message}", "Check the path.", e);
        }
    }

    /// <summary>Where pages begin behind a header.</summary>
    public static long PagesAt(int header) => (header + Alignment - 1L) / Alignment * Alignment;

    /// <summary>The bytes of a page, checked.</summary>
    /// <exception cref="PrefixException">The page is damaged.</exception>
    public ReadOnlySpan<byte> Page(int page)
    {
        var bytes = new ReadOnlySpan<byte>(_start + _pagesAt + page * PageBytes, checked((int)PageBytes));
        return XxHash64.Compute(bytes, (ulong)page) == _checksums[page] ? bytes : throw Damaged($"the checksum of page {page} is wrong");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start != null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _start = null;
        }

        _view?.Dispose();
        _file?.Dispose();
    }

    private string Text(ref ReadOnlySpan<byte> bytes)
    {
        uint length = bytes.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > LongestString || length > bytes.Length - sizeof(uint))
        {
            throw Damaged("a text of its header is too long");
        }

        string text = Encoding.UTF8.GetString(bytes.Slice(sizeof(uint), (int)length));
        bytes = bytes[(sizeof(uint) + (int)length)..];
        return text;
    }

    private PrefixException Damaged(string how) => new($"{_path}: the stored prefix is damaged: {how}.", "Save the prefix again.");
}
