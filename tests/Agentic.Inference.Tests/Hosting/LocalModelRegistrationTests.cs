using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class LocalModelRegistrationTests
{
    [Fact]
    public void AddAgenticLocalModel_Twice_FirstWinsAndNothingIsLoaded()
    {
        var services = new ServiceCollection();
        services.AddAgenticLocalModel(options => options.ModelPath = "first.gguf").AddAgenticLocalModel(options => options.ModelPath = "second.gguf");
        Assert.Equal(5, services.Count);
        Func<IServiceProvider, object> factory = services.Single(service => service.ServiceType == typeof(IChatClient)).ImplementationFactory!;
        var exception = Assert.Throws<ModelException>(() => factory(null!));
        Assert.Contains("first.gguf", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_ModelThatIsDamaged_FailsAtTheFirstUse()
    {
        using var client = new LocalChatClient(new LocalModelOptions { ModelPath = RepositoryFiles.Golden("smollm2", "chat.jsonl") });
        Assert.Equal("chat", client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.ThrowsAny<ModelException>(() => client.GetService<ITokenCounter>());
    }

    [Fact]
    public void Find_NothingNamed_TheModelOfTheTree() =>
        Assert.Equal(ModelLocator.DefaultFile, Path.GetFileName(ModelLocator.Find()));

    [Theory]
    [InlineData("no/such/file.gguf", "does not exist")]
    [InlineData("/", "is a folder")]
    public void Find_WrongPath_SaysWhat(string path, string word) =>
        Assert.Contains(word, Assert.Throws<ModelException>(() => ModelLocator.Find(path)).Message, StringComparison.Ordinal);
}
