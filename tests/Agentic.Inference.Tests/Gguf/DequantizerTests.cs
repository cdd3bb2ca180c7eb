using System.Text.Json;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public class DequantizerTests
{
    public static TheoryData<string> Types => [.. Names];

    private static IEnumerable<string> Names =>
        Directory.GetFiles(RepositoryFiles.Golden("quants"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order();

    [Fact]
    public void Goldens_Supported_AreAllThere() =>
        Assert.Equal(Enum.GetValues<GgmlType>().Where(t => GgmlTypes.IsSupported(t) && t != GgmlType.F32).Select(GgmlTypes.Name).Order(), Names);

    [Theory]
    [MemberData(nameof(Types))]
    public void Dequantize_GoldenBlocks_AreBitExact(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("quants", name + ".json")));
        var type = (GgmlType)golden.RootElement.GetProperty("ggml_type_id").GetInt32();
        Assert.Equal(name, GgmlTypes.Name(type));
        Assert.Equal(golden.RootElement.GetProperty("block_size").GetInt32(), GgmlTypes.BlockSize(type));
        Assert.Equal(golden.RootElement.GetProperty("block_bytes").GetInt32(), GgmlTypes.BlockBytes(type));
        foreach (var block in golden.RootElement.GetProperty("blocks").EnumerateArray())
        {
            var raw = Convert.FromHexString(block.GetProperty("raw").GetString()!);
            var expected = Expected(block);
            var actual = new float[expected.Length];
            Dequantizer.Dequantize(type, raw, actual);
            for (var i = 0; i < expected.Length; i++)
            {
                // The reference compared as numbers, so the sign of a zero is open.
                Assert.True(expected[i].Equals(actual[i]) || (expected[i] == 0 && actual[i] == 0), $"{block.GetProperty("name")}[{i}]: {actual[i]:R}, expected {expected[i]:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Dequantize_SeveralBlocks_EqualsEachAlone(string name)
    {
        var type = Enum.Parse<GgmlType>(name);
        var raw = new byte[GgmlTypes.BlockBytes(type) * 3];
        new Random(5).NextBytes(raw);
        var size = GgmlTypes.BlockSize(type);
        var together = new float[size * 3];
        Dequantizer.Dequantize(type, raw, together);
        for (var b = 0; b < 3; b++)
        {
            var alone = new float[size];
            Dequantizer.Dequantize(type, raw.AsSpan(b * raw.Length / 3, raw.Length / 3), alone);
            Assert.Equal(alone, together[(b * size)..((b + 1) * size)]);
        }
    }

    [Fact]
    public void Dequantize_F32_CopiesBits()
    {
        float[] values = [0, -0f, 1.5f, float.MaxValue, float.Epsilon, float.NegativeInfinity];
        var raw = values.SelectMany(BitConverter.GetBytes).ToArray();
        var actual = new float[values.Length];
        Dequantizer.Dequantize(GgmlType.F32, raw, actual);
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData(GgmlType.IQ1_S)]
    [InlineData(GgmlType.IQ2_XXS)]
    [InlineData(GgmlType.IQ3_S)]
    [InlineData(GgmlType.TQ1_0)]
    [InlineData(GgmlType.NVFP4)]
    [InlineData(GgmlType.Q1_0)]
    [InlineData(GgmlType.I32)]
    public void Dequantize_UnsupportedType_RefusesByName(GgmlType type)
    {
        var error = Assert.Throws<NotSupportedException>(() => Dequantizer.Dequantize(type, new byte[4], new float[1]));
        Assert.Contains(GgmlTypes.Name(type), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dequantize_WrongLength_Refuses()
    {
        Assert.Throws<ArgumentException>(() => Dequantizer.Dequantize(GgmlType.Q4_0, new byte[17], new float[32]));
        Assert.Throws<ArgumentException>(() => Dequantizer.Dequantize(GgmlType.Q4_0, new byte[18], new float[31]));
    }

    private static float[] Expected(JsonElement block) => block.TryGetProperty("bits", out var bits)
        ? bits.EnumerateArray().Select(b => BitConverter.UInt32BitsToSingle(Convert.ToUInt32(b.GetString(), 16))).ToArray()
        : block.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray();
}
