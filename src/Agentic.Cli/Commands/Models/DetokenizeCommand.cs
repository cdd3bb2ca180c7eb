using System.CommandLine;
using System.Text;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model detokenize</c>: token ids to text.</summary>
internal sealed class DetokenizeCommand : AgenticCommand
{
    private readonly Argument<string> _ids = new("ids") { Description = "Token ids like 1,2,3; standard input with '-' or when left out.", DefaultValueFactory = _ => "-" };
    private readonly Option<bool> _jsonl = new("--jsonl") { Description = "Read JSON Lines, each {\"ids\":[…]}; write a line {\"text\":…} for each." };

    public DetokenizeCommand() : base("detokenize", "Turns token ids into text.")
    {
        Arguments.Add(_ids);
        AddOptions(_jsonl);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Tokenizer tokenizer = LocalModel.LoadTokenizer(context);
        if (context.Value(_jsonl))
        {
            await foreach ((var value, string place) in JsonInput.ReadAsync(context.Output.OpenInput(), "standard input", cancellationToken).ConfigureAwait(false))
            {
                context.WriteJson(new { text = tokenizer.Decode(JsonInput.Ids(value, tokenizer.VocabularySize, place)) });
            }

            return ExitCode.Ok;
        }

        string ids = context.Value(_ids)!;
        if (ids == "-")
        {
            using var reader = new StreamReader(context.Output.OpenInput(), new UTF8Encoding(false));
            ids = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }

        string text = tokenizer.Decode(IdList.Parse(ids, tokenizer.VocabularySize, "The list"));
        if (context.Json)
        {
            context.WriteJson(new { text });
        }
        else
        {
            context.Output.Out.WriteLine(text);
        }

        return ExitCode.Ok;
    }
}
