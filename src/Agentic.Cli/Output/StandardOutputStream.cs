using Microsoft.Win32.SafeHandles;

namespace Agentic.Cli.Output;

/// <summary>Standard output that tells when its reader has gone; the console's own stream swallows that, and the work would go on for nobody.</summary>
internal sealed class StandardOutputStream(Stream inner) : Stream
{
    private const int BrokenPipe = 32;                            // EPIPE
    private const int PipeEnding = unchecked((int)0x8007006D);    // ERROR_BROKEN_PIPE
    private const int NoData = unchecked((int)0x800700E8);        // ERROR_NO_DATA

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        // A file stream on a regular file keeps its own position and would overwrite what others append; there the console's stream is right.
        var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? Console.OpenStandardOutput() : new StandardOutputStream(file);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException e) when (e.HResult is BrokenPipe or PipeEnding or NoData)
        {
            throw new OutputClosedException(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
