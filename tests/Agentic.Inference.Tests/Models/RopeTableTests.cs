using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>Expected numbers were computed apart, in Python from the formulas of the papers and of Hugging Face's implementations.</summary>
public class RopeTableTests
{
    private const double Magnitude4 = 1.13862943611;

    [Fact]
    public void CreateRopeTable_NoScaling_IsPowersOfTheBase()
    {
        var table = Table("mistral");
        AssertClose([1, 0.316227766017, 0.1, 0.0316227766017, 0.01, 0.00316227766017, 0.001, 0.000316227766017, 0.0001, 3.16227766017e-05, 1e-05, 3.16227766017e-06], table.InverseFrequencies);
        Assert.Equal((RopePairing.Adjacent, 1f, 24), (table.Pairing, table.Magnitude, table.RotatedDims));
    }

    [Fact]
    public void CreateRopeTable_Qwen2_PairsHalves() => Assert.Equal(RopePairing.Half, Table("qwen2").Pairing);

    [Fact]
    public void CreateRopeTable_RopeFreqs_DividesByThem()
    {
        var table = Table("llama-rope31");
        AssertClose([1, 0.244384600289, 0.0130422560858, 0.00395284707521, 0.00125, 0.000395284707521, 0.000125, 3.95284707521e-05], table.InverseFrequencies);
        Assert.Equal(1f, table.Magnitude);
    }

    [Fact]
    public void CreateRopeTable_RopeFreqs_EqualsLlama3Rule()
    {
        // Llama 3.1: factor 8, low 1, high 4 over an original context of 64 (this file's).
        var expected = Enumerable.Range(0, 8).Select(i =>
        {
            var f = Math.Pow(10000, -i / 8.0);
            var turns = 64 * f / (2 * Math.PI);
            var keep = Math.Clamp((turns - 1) / (4 - 1), 0, 1);
            return (keep * f) + ((1 - keep) * f / 8);
        });
        AssertClose([.. expected], Table("llama-rope31").InverseFrequencies, 1e-6);
    }

    [Fact]
    public void CreateRopeTable_Linear_DividesAll() =>
        AssertClose([0.25, 0.0790569415042, 0.025, 0.00790569415042, 0.0025, 0.000790569415042, 0.00025, 7.90569415042e-05], Table("llama-linear").InverseFrequencies);

    [Fact]
    public void CreateRopeTable_Yarn_RampsAndEnlarges()
    {
        var table = Table("llama-yarn");
        AssertClose([1, 0.237170824513, 0.05, 0.00790569415042, 0.0025, 0.000790569415042, 0.00025, 7.90569415042e-05], table.InverseFrequencies);
        Assert.Equal(Magnitude4, table.Magnitude, 1e-6);
    }

    [Fact]
    public void Create_YarnOfARealSize_MatchesReference()
    {
        var (frequencies, magnitude) = RopeFrequencies.Create(128, 1e6, new(RopeScalingKind.Yarn, 4, 32768), [], 0);
        int[] pairs = [0, 10, 20, 23, 24, 25, 30, 35, 39, 40, 41, 50, 63];
        AssertClose([1, 0.115478198469, 0.0133352143216, 0.0069783058486, 0.00537532149079, 0.00413173802252, 0.00106436098125, 0.000246258406909, 6.49039432084e-05, 4.4456985251e-05, 3.58253142559e-05, 5.13381256614e-06, 3.10234440188e-07], [.. pairs.Select(i => frequencies[i])]);
        Assert.Equal(Magnitude4, magnitude, 1e-10);
    }

    [Fact]
    public void Create_YarnWithBetasAndAttentionFactor_HonoursThem()
    {
        var (frequencies, magnitude) = RopeFrequencies.Create(16, 10000, new(RopeScalingKind.Yarn, 8, 512, AttentionFactor: 0.5, BetaFast: 16, BetaSlow: 2), [], 0);
        AssertClose([1, 0.316227766017, 0.0708333333333, 0.0131761569174, 0.00125, 0.000395284707521, 0.000125, 3.95284707521e-05], frequencies);
        Assert.Equal(1.20794415417 / 2, magnitude, 1e-10);
    }

    [Fact]
    public void Create_YarnWithoutExtrapolation_IsLinear()
    {
        var yarn = RopeFrequencies.Create(16, 10000, new(RopeScalingKind.Yarn, 4, 64, ExtrapolationFactor: 0), [], 0);
        var linear = RopeFrequencies.Create(16, 10000, new(RopeScalingKind.Linear, 4, 64), [], 0);
        AssertClose(linear.Frequencies, yarn.Frequencies);
        Assert.Equal(1, yarn.Magnitude);
    }

    [Fact]
    public void Create_Ntk_GrowsTheBase() =>
        AssertClose([1, 0.259412817015, 0.0672950096316, 0.0174571880196, 0.00452861832132, 0.00117478163592, 0.000304753413551, 7.90569415042e-05], RopeFrequencies.Create(16, 10000, new(RopeScalingKind.Ntk, 4, 64), [], 0).Frequencies);

    [Theory]
    [InlineData(256, new[] { 1, 0.239481356006, 0.0573513198745, 0.0137345718523, 0.00328917389134, 0.000787695823638, 0.000188638463965, 4.51753951453e-05 })]
    [InlineData(32, new[] { 1, 0.316227766017, 0.1, 0.0316227766017, 0.01, 0.00316227766017, 0.001, 0.000316227766017 })]
    public void CreateRopeTable_DynamicNtk_GrowsTheBaseWithTheWindow(int window, double[] expected)
    {
        using var model = new GgufBuilder().SetArch("attention.key_length", 16u).SetArch("attention.value_length", 16u).SetArch("rope.scaling.type", "dynamic")
            .SetArch("rope.scaling.factor", 2f).Write();
        using var file = GgufFile.Open(model.Path);
        AssertClose(expected, ModelConfig.Read(file).CreateRopeTable(file, window).InverseFrequencies);
    }

    [Theory]
    [InlineData("rope.scaling.factor")]
    [InlineData("rope.scale_linear")]
    public void Read_FactorWithoutType_IsLinear(string key)
    {
        using var model = new GgufBuilder().SetArch(key, 4f).Write();
        Assert.Equal((RopeScalingKind.Linear, 4.0, 64), ModelFile.Check(model.Path).RopeScaling is var s ? (s.Kind, s.Factor, s.OriginalContext) : default);
    }

    [Fact]
    public void Read_UnknownScaling_IsRefusedByName()
    {
        using var model = new GgufBuilder().SetArch("rope.scaling.type", "longrope").Write();
        Assert.Contains("'longrope'", Assert.Throws<ModelNotSupportedException>(() => ModelFile.Check(model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateRopeTable_RopeFreqsOfWrongLength_IsRefused()
    {
        using var model = new GgufBuilder().Tensor("rope_freqs.weight", 3).Write();
        Assert.Equal("rope_freqs.weight", Assert.Throws<GgufFormatException>(() => ModelFile.Check(model.Path)).Field);
    }

    private static RopeTable Table(string name)
    {
        using var file = GgufFile.Open(RepositoryFiles.Golden("tiny", name + ".gguf"));
        return ModelConfig.Read(file).CreateRopeTable(file);
    }

    private static void AssertClose(double[] expected, double[] actual, double relative = 1e-10)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], expected[i] * relative);
        }
    }
}
