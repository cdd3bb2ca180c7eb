using Agentic.Cli.Frame;
using Agentic.Inference.Backends;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Remote;

namespace Agentic.Cli.Models;

/// <summary>The model that the options ask for, and how it is to run.</summary>
internal sealed record ModelChoice
{
    /// <summary>The GGUF file; null with <see cref="Endpoint"/>.</summary>
    public string? Path { get; init; }

    /// <summary>An OpenAI-compatible endpoint, with <see cref="Name"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The model's name at the endpoint.</summary>
    public string? Name { get; init; }

    /// <summary>Environment variable that holds the endpoint's key.</summary>
    public string ApiKeyVariable { get; init; } = RemoteModelOptions.DefaultKeyVariable;

    public int? Window { get; init; }

    public int? Threads { get; init; }

    public string Backend { get; init; } = "auto";

    public bool Float32Activations { get; init; }

    public long? KvMemory { get; init; }

    public KvType KvType { get; init; } = KvType.Float16;

    public ChatFormat ChatFormat { get; init; }

    /// <summary>Whether faults are looked into.</summary>
    public bool Verbose { get; init; }

    /// <summary>Reads the choice from the options; finds the file but does not open it.</summary>
    public static ModelChoice From(CommandContext context)
    {
        GlobalOptions options = context.Options;
        string? model = context.Value(options.Model);
        var choice = new ModelChoice
        {
            Window = context.Value(options.Window),
            Verbose = context.Verbose,
            Threads = context.Value(options.Threads),
            Backend = context.Value(options.Backend)!,
            Float32Activations = context.Value(options.Activations) == "float32",
            ChatFormat = context.Value(options.ChatFormat) switch { "chatml" => ChatFormat.ChatMl, "llama3" => ChatFormat.Llama3, "gemma" => ChatFormat.Gemma, _ => ChatFormat.Template },
            KvMemory = GlobalOptions.ParseSize(context.Value(options.KvMemory), "--kv-memory"),
            KvType = GlobalOptions.ParseKvType(context.Value(options.KvType)),
        };
        return context.Value(options.Endpoint) is string endpoint
            ? choice with { Endpoint = GlobalOptions.ParseEndpoint(endpoint), Name = model, ApiKeyVariable = KeyVariable(context.Host) }
            : choice with { Path = context.Host.Models.Find(model) };
    }

    /// <summary>The same for the engine.</summary>
    public ModelOptions ToModelOptions() => new()
    {
        Backend = new BackendOptions { Name = Backend, Threads = Threads, ActivationMode = Float32Activations ? ActivationMode.Float32 : ActivationMode.Int8 },
        Window = Window,
        KvMemoryBytes = KvMemory,
        KvType = KvType,
    };

    /// <summary>The same for the host.</summary>
    public HostOptions ToHostOptions() => new() { ChatFormat = ChatFormat, Diagnostics = Verbose };

    private static string KeyVariable(CommandHost host) =>
        string.IsNullOrEmpty(host.Variable(RemoteModelOptions.DefaultKeyVariable)) && !string.IsNullOrEmpty(host.Variable("OPENAI_API_KEY"))
            ? "OPENAI_API_KEY"
            : RemoteModelOptions.DefaultKeyVariable;
}
