using System.Globalization;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public class ReleaseTests
{
    [Fact]
    public void Release_ReadTensor_GivesPagesBackAndKeepsData()
    {
        using var file = GgufFile.Open(RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf"));
        var tensor = file.Find("token_embd.weight")!;
        var sum = Sum(file, tensor);
        var before = ResidentKilobytes(file.Path);
        file.Release(tensor);
        if (OperatingSystem.IsLinux())
        {
            Assert.True(before - ResidentKilobytes(file.Path) > tensor.Bytes / 1024 * 9 / 10, $"{before} KB before, {ResidentKilobytes(file.Path)} KB after");
        }

        Assert.Equal(sum, Sum(file, tensor));
    }

    private static long Sum(GgufFile file, GgufTensor tensor)
    {
        long sum = 0;
        foreach (var b in file.Bytes(tensor))
        {
            sum += b;
        }

        return sum;
    }

    /// <summary>What this process holds of its mappings of a file.</summary>
    private static long ResidentKilobytes(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var inside = false;
        long total = 0;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]) && line.Contains('-', StringComparison.Ordinal))
            {
                inside = line.EndsWith(path, StringComparison.Ordinal);
            }
            else if (inside && line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                total += long.Parse(line.AsSpan(4).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
            }
        }

        return total;
    }
}
