using System.CommandLine;
using System.Text.Json;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.Embeddings;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model embed</c>: vectors of texts.</summary>
internal sealed class EmbedCommand : AgenticCommand
{
    private const int LinesAtOnce = 256;
    private readonly Argument<string> _file = new("file") { Description = "JSON Lines, each a string or {\"text\":…}; standard input with '-' or when left out.", DefaultValueFactory = _ => "-" };
    private readonly Option<string> _long = new("--long") { Description = "Texts beyond what the model takes: refuse, truncate (their beginning counts; the line says so) or split (pieces are averaged).", HelpName = "HOW", DefaultValueFactory = _ => "refuse" };
    private readonly Option<string?> _pooling = new("--pooling") { Description = "How token vectors become one: mean, first or last (default: as the model says).", HelpName = "NAME" };

    public EmbedCommand() : base("embed", "Turns texts into vectors of length 1; one line {\"embedding\":[…],\"tokens\":N} for each input line. Without --model the embedding model beside the default one is used; a generative model gives the pooled states of its last layer.")
    {
        _long.AcceptOnlyFromAmong("refuse", "truncate", "split");
        _pooling.AcceptOnlyFromAmong("mean", "first", "last");
        Arguments.Add(_file);
        AddOptions(_long, _pooling);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string file = context.Value(_file)!;
        using Stream input = file == "-" ? context.Output.OpenInput() : JsonInput.Open(context, file);
        using var model = new LocalEmbeddingGenerator(LocalModel.EmbeddingPath(context), new EmbeddingOptions
        {
            Backend = ModelChoice.From(context).ToModelOptions().Backend,
            MaxTokens = context.Value(context.Options.Window),
            LongText = Enum.Parse<LongText>(context.Value(_long)!, ignoreCase: true),
            Pooling = context.Value(_pooling) is { } pooling ? Enum.Parse<Pooling>(pooling, ignoreCase: true) : null,
        });
        var texts = new List<string>();
        await foreach ((JsonElement value, string place) in JsonInput.ReadAsync(input, file == "-" ? "standard input" : file, cancellationToken).ConfigureAwait(false))
        {
            texts.Add(JsonInput.Text(value, place));
            if (texts.Count == LinesAtOnce)
            {
                Write(context, await model.EmbedAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false));
                texts.Clear();
            }
        }

        Write(context, await model.EmbedAsync(texts, cancellationToken: cancellationToken).ConfigureAwait(false));
        return ExitCode.Ok;
    }

    private static void Write(CommandContext context, EmbeddingBatch batch)
    {
        for (int i = 0; i < batch.Vectors.Count; i++)
        {
            if (batch.Truncated[i])
            {
                context.WriteJson(new { embedding = batch.Vectors[i], tokens = batch.Tokens[i], truncated = true });
            }
            else
            {
                context.WriteJson(new { embedding = batch.Vectors[i], tokens = batch.Tokens[i] });
            }
        }
    }
}
