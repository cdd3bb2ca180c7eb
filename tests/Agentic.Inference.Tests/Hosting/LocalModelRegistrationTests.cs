using System.Diagnostics.Metrics;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class LocalModelRegistrationTests
{
    [Fact]
    public void AddAgenticLocalModel_Twice_FirstWinsAndNothingIsLoaded()
    {
        var services = new ServiceCollection();
        services.AddAgenticLocalModel(options => options.ModelPath = "first.gguf");
        int count = services.Count;
        services.AddAgenticLocalModel(options => options.ModelPath = "second.gguf");
        Assert.Equal(count, services.Count);
        using ServiceProvider provider = services.BuildServiceProvider();
        var exception = Assert.Throws<ConfigurationException>(provider.GetRequiredService<IChatClient>);
        Assert.Contains("first.gguf", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAgenticLocalModel_EveryCapability_ResolvesFromTheContainer()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddAgenticLocalModel(options => (options.ModelPath, options.Window) = (TinyHost.Path, 128))
            .AddKeyedAgenticLocalModel("other", options => (options.ModelPath, options.Window) = (RepositoryFiles.Golden("tiny", "qwen2.gguf"), 64))
            .BuildServiceProvider();
        IChatClient client = provider.GetRequiredService<IChatClient>();
        Type[] types =
        [
            typeof(ITokenCounter), typeof(IScoringTokens), typeof(IContinuationScorer), typeof(IPromptScorer), typeof(IAttentionProbe),
            typeof(ITokenSessions), typeof(IPrefixStore), typeof(IModelProfile),
        ];
        Assert.All(types, type => Assert.Same(client.GetService(type), provider.GetRequiredService(type)));
        Assert.All(types, type => Assert.NotSame(client.GetService(type), provider.GetRequiredKeyedService(type, "other")));
        Assert.Equal((128, 64), (provider.GetRequiredService<IModelProfile>().Window, provider.GetRequiredKeyedService<IModelProfile>("other").Window));
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        Assert.Equal(64, (await generator.GenerateAsync(["a text"]))[0].Vector.Length);
        Assert.NotSame(generator, provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("other"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddAgenticLocalEmbeddings_BeforeOrAfterTheModel_IsTheGenerator(bool before)
    {
        var services = new ServiceCollection();
        if (before)
        {
            services.AddAgenticLocalEmbeddings();
        }

        services.AddAgenticLocalModel(options => options.ModelPath = TinyHost.Path);
        services.AddAgenticLocalEmbeddings();
        using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        Assert.Equal(384, (await generator.GenerateAsync(["a text"]))[0].Vector.Length);
    }

    [Fact]
    public async Task AddAgenticLocalModel_SeveralWrongOptions_AllAreToldAtTheStart()
    {
        var services = new ServiceCollection();
        services.AddAgenticLocalModel(options => (options.ModelPath, options.Window) = (TinyHost.Path, 0));
        services.Configure<LocalModelOptions>(options => (options.MaxConcurrent, options.Backend) = (-1, new BackendOptions { Name = "gpu", Threads = 0 }));
        using ServiceProvider provider = services.BuildServiceProvider();
        var early = await Assert.ThrowsAsync<OptionsValidationException>(() => provider.GetRequiredService<IAsyncStartupValidator>().ValidateAsync());
        Assert.Equal(4, early.Failures.Count());
        var late = Assert.Throws<ConfigurationException>(provider.GetRequiredService<IChatClient>);
        Assert.All((string[])["Window", "MaxConcurrent", "'gpu'", "Threads"], word => Assert.Contains(word, late.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddAgenticLocalModel_ContainerWithMeterFactory_ItsMeterIsUsed()
    {
        using var measured = new Measured();
        using ServiceProvider provider = new ServiceCollection().AddSingleton<IMeterFactory>(measured)
            .AddAgenticLocalModel(options => (options.ModelPath, options.Window) = (TinyHost.Path, 128)).BuildServiceProvider();
        await provider.GetRequiredService<IChatClient>().GetResponseAsync("x", new() { MaxOutputTokens = 2 });
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
}
