using System.CommandLine;
using System.Globalization;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model info</c>: what a GGUF file is and what it will take.</summary>
internal sealed class InfoCommand : AgenticCommand
{
    private readonly Argument<string?> _path = new("path") { Description = "A GGUF file (default: the model of --model).", Arity = ArgumentArity.ZeroOrOne };

    public InfoCommand() : base("info", "What a GGUF file is: architecture, sizes, quantisation, tokenizer, memory.") => Arguments.Add(_path);

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = context.Host.Models.Find(context.Value(_path) ?? context.Value(context.Options.Model));
        ModelInfo info = ModelInfo.Read(path, context.Value(context.Options.Window), GlobalOptions.ParseKvType(context.Value(context.Options.KvType)));
        if (context.Json)
        {
            context.WriteJson(info);
        }
        else
        {
            foreach ((string label, string text) in Rows(info))
            {
                context.Output.Out.WriteLine($"{label,-15} {text}".TrimEnd());
            }
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private static IEnumerable<(string Label, string Text)> Rows(ModelInfo info)
    {
        yield return ("File", $"{info.Path} ({Words.Size(info.FileBytes)}, GGUF {info.GgufVersion})");
        yield return ("Name", info.Name);
        yield return ("Architecture", info.Embeds ? $"{info.Architecture}: an embedding model, run by 'agentic model embed'" : info.Architecture);
        yield return ("Weights id", info.WeightsId ?? "");
        yield return ("Parameters", string.Create(CultureInfo.InvariantCulture, $"{info.Parameters:N0}"));
        yield return ("Context", string.Create(CultureInfo.InvariantCulture, $"{info.Context:N0} tokens"));
        yield return ("Embedding", $"{info.Embedding}");
        if (info.Description is { } description)
        {
            yield return ("Layers", description.Summary);
            yield return ("Attention", description.Attention.Summary);
            if (description.Attention.SlidingLayers is { Count: > 0 } sliding)
            {
                yield return ("Window", string.Create(CultureInfo.InvariantCulture, $"{description.Attention.Window:N0} tokens in {sliding.Count} of {description.Layers} layers: {string.Join(", ", sliding)}"));
            }

            yield return ("Positions", description.Positions.Summary);
            yield return ("Feed forward", description.FeedForward.Summary);
        }
        else
        {
            yield return ("Layers", $"{info.Layers}, feed forward {info.FeedForward}, {info.Heads} heads");
        }

        yield return ("Vocabulary", string.Create(CultureInfo.InvariantCulture, $"{info.Vocabulary:N0} tokens"));
        yield return ("Tokenizer", info.Tokenizer.Pre is string pre ? $"{info.Tokenizer.Model}, {pre}" : info.Tokenizer.Model ?? "none");
        yield return ("Chat template", info.ChatTemplate ? "yes" : "no");
        string label = "Quantisation";
        foreach (QuantisationInfo q in info.Quantisation)
        {
            yield return (label, string.Create(CultureInfo.InvariantCulture, $"{q.Type,-6} {Words.Count(q.Tensors, "tensor")}, {q.Parameters:N0} parameters, {Words.Size(q.Bytes)}"));
            label = "";
        }

        if (info.Memory is MemoryInfo memory)
        {
            yield return ("Memory", $"about {Words.Size(memory.Total)}: weights {Words.Size(memory.Weights)}, keys and values {Words.Size(memory.KeysAndValues)} for {memory.Window} tokens, activations {Words.Size(memory.Activations)}");
        }
    }
}
