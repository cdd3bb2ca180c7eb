using System.Text;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public class GgufFileTests
{
    private static string Valid => RepositoryFiles.Golden("bad-gguf", "valid.gguf");

    [Fact]
    public void Open_ValidFile_ReadsHeader()
    {
        using var file = GgufFile.Open(Valid);
        Assert.Equal(3, file.Version);
        Assert.Equal(20, file.Tensors.Count);
        Assert.Equal(22, file.Metadata.Count);
        Assert.Equal("llama", file.String("general.architecture"));
        Assert.Equal(2u, file.UInt("llama.block_count"));
        Assert.Equal(10000, file.Float("llama.rope.freq_base"));
        Assert.False(file.Bool("tokenizer.ggml.add_bos_token"));
    }

    [Fact]
    public void Find_Tensor_DescribesIt()
    {
        using var file = GgufFile.Open(Valid);
        var tensor = file.Find("token_embd.weight")!;
        Assert.Equal((GgmlType.Q4_0, 32L, 300L, 300L * 18), (tensor.Type, tensor.Columns, tensor.Rows, tensor.Bytes));
        Assert.Equal(0, tensor.Offset % 32);
        Assert.Null(file.Find("output.weight"));
    }

    [Fact]
    public void Bytes_Tensor_AreThoseOfTheFile()
    {
        var raw = File.ReadAllBytes(Valid);
        using var file = GgufFile.Open(Valid);
        foreach (var tensor in file.Tensors)
        {
            Assert.True(file.Bytes(tensor).SequenceEqual(raw.AsSpan((int)tensor.Offset, (int)tensor.Bytes)));
        }
    }

    [Fact]
    public void Open_Version2_ReadsTheSame()
    {
        using var two = GgufFile.Open(RepositoryFiles.Golden("bad-gguf", "version_2.gguf"));
        using var three = GgufFile.Open(Valid);
        Assert.Equal(2, two.Version);
        Assert.Equal(three.Tensors.Select(t => (t.Name, t.Offset)), two.Tensors.Select(t => (t.Name, t.Offset)));
    }

    [Fact]
    public void Open_Alignment64_PlacesDataAtIt()
    {
        using var file = GgufFile.Open(RepositoryFiles.Golden("bad-gguf", "alignment_64.gguf"));
        Assert.All(file.Tensors, t => Assert.Equal(0, t.Offset % 64));
    }

    [Fact]
    public void Metadata_EveryScalarType_IsRead()
    {
        using var model = new GgufBuilder().Set("x.u32", uint.MaxValue).Set("x.i32", -5).Set("x.u64", ulong.MaxValue).Set("x.i64", long.MinValue)
            .Set("x.f32", -1.5f).Set("x.f64", 1e300).Set("x.bool", true).Set("x.text", "é\0x").Write();
        using var file = GgufFile.Open(model.Path);
        Assert.Equal(uint.MaxValue, file.UInt("x.u32"));
        Assert.Equal(-5, file.TryInteger("x.i32"));
        Assert.Equal(long.MinValue, file.TryInteger("x.i64"));
        Assert.Equal(-1.5, file.Float("x.f32"));
        Assert.Equal(1e300, file.Float("x.f64"));
        Assert.True(file.Bool("x.bool"));
        Assert.Equal("é\0x", file.String("x.text"));
        Assert.Equal("18446744073709551615", file.Metadata["x.u64"].ToString());
        Assert.Throws<GgufFormatException>(() => file.TryInteger("x.u64"));
        Assert.Throws<GgufFormatException>(() => file.UInt("x.i32"));
        Assert.Throws<GgufFormatException>(() => file.UInt("x.f32"));
        Assert.Throws<GgufFormatException>(() => file.String("x.missing"));
        Assert.Null(file.TryString("x.missing"));
    }

    [Fact]
    public void Metadata_Arrays_AreRead()
    {
        using var model = new GgufBuilder().Set("x.s", new[] { "", "zwei", "é" }).Set("x.i", new[] { 1, -2 }).Set("x.u", new[] { 3ul })
            .Set("x.big", new[] { 1ul << 40 }).Set("x.f", new[] { 0.5f, -2 }).Write();
        using var file = GgufFile.Open(model.Path);
        var strings = file.TryStrings("x.s")!;
        Assert.Equal(["", "zwei", "é"], Enumerable.Range(0, strings.Count).Select(strings.Text));
        Assert.True(strings[2].SequenceEqual("é"u8));
        Assert.Equal([1, -2], file.TryInts("x.i")!);
        Assert.Equal([3], file.TryInts("x.u")!);
        Assert.Equal([0.5f, -2], file.TryFloats("x.f")!);
        Assert.Throws<GgufFormatException>(() => file.TryInts("x.big"));
        Assert.Throws<GgufFormatException>(() => file.TryInts("x.f"));
        Assert.Null(file.TryInts("x.none"));
    }

    [Fact]
    public void Open_NoSuchFile_SaysSo()
    {
        var error = Assert.Throws<ModelException>(() => GgufFile.Open("/no/such/model.gguf"));
        Assert.Contains("/no/such/model.gguf: there is no such model file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Directory_SaysSo()
    {
        var error = Assert.Throws<ModelException>(() => GgufFile.Open(AppContext.BaseDirectory));
        Assert.Contains("is a directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TextFile_SaysThatItIsNotGguf()
    {
        using var text = new TemporaryFile(Encoding.UTF8.GetBytes("Once upon a time there was no model."));
        Assert.Contains("not a GGUF file", Assert.Throws<GgufFormatException>(() => GgufFile.Open(text.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ControlCharactersInNames_StayOutOfMessages()
    {
        using var model = new GgufBuilder().Set("general.architecture", "x\u001b[31m" + new string('y', 500)).Write();
        var error = Assert.Throws<ModelNotSupportedException>(() => ModelFile.Check(model.Path));
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.InRange(error.Message.Length, 100, model.Path.Length + 400);
    }

    [Fact]
    public void Open_SplitCount_IsRefusedByName()
    {
        using var model = new GgufBuilder().Set("split.count", 3u).Write();
        var error = Assert.Throws<ModelNotSupportedException>(() => GgufFile.Open(model.Path));
        Assert.Equal("split.count", error.Field);
        Assert.Contains("split over 3 files", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("big-00002-of-00004.gguf", false)]
    [InlineData("big-00001-of-00001.gguf", true)]
    [InlineData("big-1-of-4.gguf", true)]
    public void Open_SplitName_IsRefusedByName(string name, bool loads)
    {
        using var model = new GgufBuilder().Write(name);
        var error = Record.Exception(() => GgufFile.Open(model.Path).Dispose());
        Assert.Equal(loads, error is null);
        if (!loads)
        {
            Assert.Contains("split over 4 files", Assert.IsType<ModelNotSupportedException>(error).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_SingleSplit_Loads()
    {
        using var model = new GgufBuilder().Set("split.count", (int)1).Write();
        Assert.Equal(4, ModelFile.Check(model.Path).VocabularySize);
    }

    [Fact]
    public void Data_AfterDispose_Throws()
    {
        var file = GgufFile.Open(Valid);
        var tensor = file.Tensors[0];
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Bytes(tensor).Length);
        Assert.Throws<ObjectDisposedException>(() => file.TryStrings("tokenizer.ggml.tokens"));
    }
}
