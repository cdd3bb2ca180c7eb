using System.Diagnostics.Metrics;
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
        var exception = Assert.Throws<ModelException>(() => factory(new Services(null)));
        Assert.Contains("first.gguf", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAgenticLocalModel_ContainerWithMeterFactory_ItsMeterIsUsed()
    {
        using var measured = new Measured();
        var services = new ServiceCollection();
        services.AddAgenticLocalModel(options => (options.ModelPath, options.Window) = (TinyHost.Path, 128));
        Func<IServiceProvider, object> factory = services.Single(service => service.ServiceType == typeof(IChatClient)).ImplementationFactory!;
        using var client = (LocalChatClient)factory(new Services(measured));
        await client.GetResponseAsync("x", new() { MaxOutputTokens = 2 });
        Assert.Single(measured.Of("gen_ai.client.operation.duration"));
        Assert.True(measured.Now("agentic.kv_cache.capacity") > 0);
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

    private sealed class Services(IMeterFactory? meters) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(IMeterFactory) ? meters : null;
    }
}
