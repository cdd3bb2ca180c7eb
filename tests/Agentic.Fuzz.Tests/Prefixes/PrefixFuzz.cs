using System.Buffers.Binary;
using Agentic.Inference.Hosting.Prefixes;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Fuzz.Tests.Prefixes;

/// <summary>Damaged files of stored prefixes are refused with the one typed error, without allocating by a number read from them.</summary>
public sealed class PrefixFuzz : IDisposable
{
    private const int PageBytes = 200, Pages = 3;
    private const long MaxAllocated = 1 << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("agentic-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, 15_000)]
    [InlineData(true, 15_000)]
    public void Open_DamagedFile_EndsTyped(bool checksumMended, int cases)
    {
        byte[] valid = Valid();
        string path = Path.Combine(_folder, "damaged");
        int refused = new Campaign<byte[]>($"prefix file, header {(checksumMended ? "mended" : "left")}", cases)
        {
            Make = random => Damage(valid, random, checksumMended),
            Run = bytes =>
            {
                File.WriteAllBytes(path, bytes);
                Read(path);
            },
            Refuses = error => error is PrefixException,
            MaxAllocated = MaxAllocated,
            Show = bytes => Convert.ToBase64String(bytes),
        }.Execute();
        int all = Campaign<byte[]>.Long ? 10 * cases : cases;

        // With its checksum mended a header of other texts or tokens is a fine header; without, only the unused bytes before the pages are free.
        Assert.InRange(refused, all / 4, checksumMended ? all - all / 50 : all);
    }

    [Fact]
    public void Open_EveryTruncation_EndsTyped()
    {
        byte[] valid = Valid();
        string path = Path.Combine(_folder, "short");
        for (int length = 0; length < valid.Length; length += length < 1200 || length > valid.Length - 700 ? 1 : 97)
        {
            File.WriteAllBytes(path, valid[..length]);
            Assert.Throws<PrefixException>(() => Read(path));
        }

        File.WriteAllBytes(path, [.. valid, 0]);
        Assert.Throws<PrefixException>(() => Read(path));
    }

    private static void Read(string path)
    {
        using PrefixFile file = PrefixFile.Open(path);
        for (int page = 0; page < file.Content.Pages; page++)
        {
            _ = file.Page(page);
        }
    }

    private byte[] Valid()
    {
        string path = Path.Combine(_folder, "valid");
        byte[] page = new byte[PageBytes];
        using (var writer = new PrefixWriter(path, new StoredPrefix("weights", "dense", "positions", "format", "int8", [.. Enumerable.Range(0, 64 * Pages)], Pages, 0), PageBytes))
        {
            for (int i = 0; i < Pages; i++)
            {
                new Random(i).NextBytes(page);
                writer.Add(page);
            }

            writer.Finish();
        }

        Read(path);
        return File.ReadAllBytes(path);
    }

    private static byte[] Damage(byte[] valid, Random random, bool mend)
    {
        byte[] bytes = [.. valid];
        int header = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        ReadOnlySpan<uint> interesting = [0, 1, 63, 64, 4095, 4096, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (uint)header];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(mend ? 8 : 0, header + 4);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    at = Math.Min(random.Next(3) == 0 ? at : 8 + 4 * random.Next(12), bytes.Length - 4);
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), interesting[random.Next(interesting.Length)]);
                    break;
                default:
                    if (bytes.Length > header + 8)
                    {
                        bytes = bytes[..random.Next(header, bytes.Length)];
                    }

                    break;
            }
        }

        int now = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        if (mend && now >= 40 && now <= bytes.Length)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(now - 8), XxHash64.Compute(bytes.AsSpan(0, now - 8), 0));
        }

        return bytes;
    }
}
