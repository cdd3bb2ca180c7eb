using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Models;

public class ModelFinderTests
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
    public void Find_NowhereAny_SaysHowToGiveOne()
    {
        using var folder = new TemporaryFolder();

        ModelException error = Assert.Throws<ModelException>(() => Finder(folder.Path, folder.Path).Find(null));

        Assert.Contains("--model", error.Hint, StringComparison.Ordinal);
    }

    private static ModelFinder Finder(string program, string current, string? variable = null) => new(
        new CommandHost
        {
            Output = new CommandOutput(TextWriter.Null, TextWriter.Null, () => Stream.Null),
            Clients = new ClientFactory(),
            Variable = _ => variable,
            Folder = current,
        },
        program);
}
