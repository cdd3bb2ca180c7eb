using Agentic.Cli.Frame;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Models;

/// <summary>Opens the chosen local model for commands that work below the chat client.</summary>
internal static class LocalModel
{
    /// <summary>Weights, cache and tokenizer.</summary>
    public static (LanguageModel Model, Tokenizer Tokenizer) Load(CommandContext context)
    {
        ModelChoice choice = Choose(context);
        using GgufFile file = GgufFile.Open(choice.Path!);
        Tokenizer tokenizer = Tokenizer.FromGguf(file);
        ModelOptions options = choice.ToModelOptions();
        return (LanguageModel.Load(file, options, BackendFactory.Create(options.Backend)), tokenizer);
    }

    /// <summary>The tokenizer alone; no weight is read.</summary>
    public static Tokenizer LoadTokenizer(CommandContext context)
    {
        using GgufFile file = GgufFile.Open(Choose(context).Path!);
        return Tokenizer.FromGguf(file);
    }

    /// <summary>The hyper-parameters alone; no weight is read.</summary>
    public static ModelConfig ReadConfig(CommandContext context)
    {
        using GgufFile file = GgufFile.Open(Choose(context).Path!);
        return ModelConfig.Read(file);
    }

    /// <summary>The file of the embedding model: that of <c>--model</c>, else the default one for embeddings.</summary>
    public static string EmbeddingPath(CommandContext context) => context.Value(context.Options.Endpoint) is null
        ? context.Host.Models.FindEmbedding(context.Value(context.Options.Model))
        : throw NeedsLocal();

    private static ModelChoice Choose(CommandContext context)
    {
        var choice = ModelChoice.From(context);
        return choice.Path is not null ? choice : throw NeedsLocal();
    }

    private static UsageException NeedsLocal() => new("This command needs a local model, not an endpoint.", "Leave --endpoint out and give --model PATH.");
}
