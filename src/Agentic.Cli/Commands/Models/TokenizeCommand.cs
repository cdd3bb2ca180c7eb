using System.CommandLine;
using System.Text;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model tokenize</c>: text to token ids.</summary>
internal sealed class TokenizeCommand : AgenticCommand
{
    private readonly Argument<string> _text = new("text") { Description = "The text; standard input with '-' or when left out.", DefaultValueFactory = _ => "-" };
    private readonly Option<bool> _jsonl = new("--jsonl") { Description = "Read JSON Lines, each a string or {\"text\":…}; write a line {\"ids\":[…]} for each." };
    private readonly Option<bool> _special = new("--special") { Description = "Recognise special tokens in the text. No BOS is added either way." };

    public TokenizeCommand() : base("tokenize", "Turns text into the model's token ids.")
    {
        Arguments.Add(_text);
        AddOptions(_jsonl, _special);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Tokenizer tokenizer = LocalModel.LoadTokenizer(context);
        bool special = context.Value(_special);
        if (context.Value(_jsonl))
        {
            await foreach ((var value, string place) in JsonInput.ReadAsync(context.Output.OpenInput(), "standard input", cancellationToken).ConfigureAwait(false))
            {
                context.Output.Out.WriteLine(JsonOf(tokenizer.Encode(JsonInput.Text(value, place), special)));
            }

            return ExitCode.Ok;
        }

        string text = context.Value(_text)!;
        if (text == "-")
        {
            using var reader = new StreamReader(context.Output.OpenInput(), new UTF8Encoding(false));
            text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }

        int[] ids = tokenizer.Encode(text, special);
        if (context.Json)
        {
            context.Output.Out.WriteLine(JsonOf(ids));
        }
        else if (context.Verbose)
        {
            foreach (int id in ids)
            {
                context.Output.Out.WriteLine($"{id,7}  {Show(tokenizer.TokenBytes(id))}");
            }
        }
        else
        {
            context.Output.Out.WriteLine(string.Join(' ', ids));
        }

        return ExitCode.Ok;
    }

    private static string JsonOf(int[] ids) => $"{{\"ids\":[{string.Join(',', ids)}]}}";

    // Half a code point is shown by its bytes.
    private static string Show(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        return text.Contains('\uFFFD') ? Convert.ToHexStringLower(bytes) : $"'{text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)}'";
    }
}
