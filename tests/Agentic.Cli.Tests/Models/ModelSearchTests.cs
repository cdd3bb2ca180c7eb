using Agentic.Cli.Tests.Support;
using Agentic.Inference.Hosting;

namespace Agentic.Cli.Tests.Models;

public class ModelSearchTests
{
    private const string Default = "SmolLM2-135M-Instruct.Q4_1.gguf";

    [Fact]
    public void Find_NothingAsked_TakesTheOneBesideTheProgramFirst()
    {
        using var program = new TemporaryFolder();
        using var current = new TemporaryFolder();
        string beside = program.Write($"models/{Default}", "x");
        current.Write($"models/{Default}", "x");

        Assert.Equal(beside, Finder(program.Path, current.Path).Find(null));
    }

    [Fact]
    public void Find_NothingBesideTheProgram_LooksUpFromTheCurrentFolder()
    {
        using var program = new TemporaryFolder();
        using var current = new TemporaryFolder();
        string above = current.Write($"models/{Default}", "x");
        string deep = Directory.CreateDirectory(Path.Combine(current.Path, "a", "b")).FullName;

        Assert.Equal(above, Finder(program.Path, deep).Find(null));
    }

    [Fact]
    public void Find_OptionAndVariable_TakesTheOption()
    {
        using var folder = new TemporaryFolder();
        string one = folder.Write("one.gguf", "x");
        string two = folder.Write("two.gguf", "x");

        Assert.Equal(one, Finder(folder.Path, folder.Path, two).Find("one.gguf"));
        Assert.Equal(two, Finder(folder.Path, folder.Path, two).Find(null));
    }

    [Fact]
    public void Find_Name_TakesTheFileOfASearchPlaceWithOrWithoutItsEnding()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("models/tiny.gguf", "x");

        Assert.Equal(file, Finder(folder.Path, folder.Path).Find("tiny"));
        Assert.Equal(file, Finder(folder.Path, folder.Path).Find("tiny.gguf"));
        Assert.Equal(file, Finder(folder.Path, folder.Path, "tiny").Find(null));
    }

    [Fact]
    public void Find_VariableNamesNoFile_SaysWhereTheNameComesFrom()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("gone.gguf (from AGENTIC_MODEL) does not exist", Assert.Throws<ModelException>(() => Finder(folder.Path, folder.Path, "gone.gguf").Find(null)).Message, StringComparison.Ordinal);
        Assert.Contains("(from AGENTIC_MODEL) is a folder", Assert.Throws<ModelException>(() => Finder(folder.Path, folder.Path, folder.Path).Find(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindEmbedding_NothingAsked_TakesTheEmbeddingModel()
    {
        using var folder = new TemporaryFolder();
        folder.Write($"models/{Default}", "x");
        string file = folder.Write("models/all-MiniLM-L6-v2.Q8_0.gguf", "x");

        Assert.Equal(file, Finder(folder.Path, folder.Path).FindEmbedding(null));
    }

    [Fact]
    public void Find_NowhereAny_SaysHowToGiveOne()
    {
        using var folder = new TemporaryFolder();

        ModelException error = Assert.Throws<ModelException>(() => Finder(folder.Path, folder.Path).Find(null));

        Assert.StartsWith("Give --model.", error.Hint, StringComparison.Ordinal);
        Assert.Contains("AGENTIC_MODEL", error.Hint, StringComparison.Ordinal);
    }

    private static ModelSearch Finder(string program, string current, string? variable = null) => new(program, current, _ => variable) { Hint = "Give --model." };
}
