using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

/// <summary>Damaged files end in typed errors or load; nothing else comes out.</summary>
public class FuzzTests
{
    private const long MaxAllocated = 64 << 20;

    [Theory]
    [InlineData("bad-gguf", "valid.gguf", 600)]
    [InlineData("tiny", "llama-rope31.gguf", 300)]
    [InlineData("tiny", "qwen2.gguf", 300)]
    public void Check_DamagedFile_EndsTyped(string folder, string name, int rounds)
    {
        var valid = File.ReadAllBytes(RepositoryFiles.Golden(folder, name));
        using var reader = GgufFile.Open(RepositoryFiles.Golden(folder, name));
        var header = (int)reader.Tensors.Min(t => t.Offset);
        using var target = new TemporaryFile(valid);
        var random = new Random(20251);
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = Damage(valid, header, random);
            File.WriteAllBytes(target.Path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() => ModelFile.Check(target.Path));
            Assert.True(error is null or GgufFormatException or ModelNotSupportedException, $"round {round}: {error}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
            refused += error is null ? 0 : 1;
        }

        // Most damage to a header must not go unnoticed.
        Assert.InRange(refused, rounds / 4, rounds);
    }

    /// <summary>A cut, some flipped bits, or a field-sized run of an extreme value, mostly in the header.</summary>
    private static byte[] Damage(byte[] valid, int header, Random random)
    {
        if (random.Next(4) == 0)
        {
            return valid[..random.Next(random.Next(2) == 0 ? header : valid.Length)];
        }

        var bytes = (byte[])valid.Clone();
        if (random.Next(3) == 0)
        {
            var at = random.Next(header - 8);
            bytes.AsSpan(at, random.Next(1, 9)).Fill(random.Next(2) == 0 ? (byte)255 : (byte)0);
            return bytes;
        }

        for (var flips = random.Next(1, 8); flips > 0; flips--)
        {
            bytes[random.Next(header)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }
}
