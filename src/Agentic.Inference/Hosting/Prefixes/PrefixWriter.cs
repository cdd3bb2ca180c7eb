using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Prefixes;

/// <summary>Writes a <see cref="PrefixFile"/> beside its place, page by page, and moves it there when it is whole and on the disk.</summary>
internal sealed class PrefixWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly StoredPrefix _content;
    private readonly ulong[] _checksums;
    private readonly long _pageBytes;
    private int _written;
    private bool _finished;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public PrefixWriter(string path, StoredPrefix content, long pageBytes)
    {
        _path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        _content = content;
        _pageBytes = pageBytes;
        _checksums = new ulong[content.Pages];
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _stream = new FileStream(_temporary, options);
        _stream.Position = PrefixFile.PagesAt(Header().Length);
    }

    /// <summary>Adds the next page.</summary>
    public void Add(ReadOnlySpan<byte> page)
    {
        _checksums[_written] = XxHash64.Compute(page, (ulong)_written);
        _written++;
        _stream.Write(page);
    }

    /// <summary>Puts the file in its place. When this returns, the file and its name are on the disk.</summary>
    /// <returns>What it holds.</returns>
    public StoredPrefix Finish()
    {
        long length = _stream.Position;
        _stream.Position = 0;
        _stream.Write(Header());
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _finished = true;
        FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        return _content with { Bytes = length };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        if (!_finished)
        {
            File.Delete(_temporary);
        }
    }

    private byte[] Header()
    {
        var bytes = new MemoryStream();
        Span<byte> number = stackalloc byte[PrefixFile.FixedBytes - 8];
        bytes.Write(PrefixFile.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(number, PrefixFile.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(number[8..], (uint)_content.Pages);
        BinaryPrimitives.WriteUInt32LittleEndian(number[12..], KvPageFormat.PageTokens);
        BinaryPrimitives.WriteInt64LittleEndian(number[16..], _pageBytes);
        bytes.Write(number);
        foreach (string text in (string[])[_content.WeightsId, _content.Attention, _content.Positions, _content.PageFormat, _content.Activations])
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(number, utf8.Length);
            bytes.Write(number[..4]);
            bytes.Write(utf8);
        }

        bytes.Write(MemoryMarshal.AsBytes<int>(_content.Tokens.ToArray()));
        bytes.Write(MemoryMarshal.AsBytes<ulong>(_checksums));
        byte[] header = [.. bytes.ToArray(), .. new byte[sizeof(ulong)]];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), header.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(header.Length - sizeof(ulong)), XxHash64.Compute(header.AsSpan(0, header.Length - sizeof(ulong)), 0));
        return header;
    }
}
