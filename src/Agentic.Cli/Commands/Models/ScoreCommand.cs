using System.CommandLine;
using System.Text.Json;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model score</c>: log-probabilities of given continuations.</summary>
internal sealed class ScoreCommand : AgenticCommand
{
    private readonly Argument<string> _file = new("file") { Description = "JSON Lines {\"context\":…,\"candidates\":[…]}, each a text or a list of ids; standard input with '-' or when left out.", DefaultValueFactory = _ => "-" };
    private readonly Option<bool> _special = new("--special") { Description = "Recognise special tokens in contexts." };

    public ScoreCommand() : base("score", "Log-probability of each candidate continuation of a context; one line {\"logprobs\":[…]} for each input line. Candidates are tokenised apart from the context.")
    {
        Arguments.Add(_file);
        AddOptions(_special);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string file = context.Value(_file)!;
        ModelChoice choice = ModelChoice.From(context);
        if (choice.Path is null)
        {
            throw new UsageException("An endpoint cannot score continuations.", "Leave --endpoint out and give --model PATH.");
        }

        using Stream input = file == "-" ? context.Output.OpenInput() : JsonInput.Open(context, file);
        using var client = (LocalChatClient)await context.Host.Clients.OpenAsync(choice, cancellationToken).ConfigureAwait(false);
        await foreach ((JsonElement row, string place) in JsonInput.ReadAsync(input, file == "-" ? "standard input" : file, cancellationToken).ConfigureAwait(false))
        {
            ScoringRequest request = Read(row, place, client.Host.Tokenizer, context.Value(_special));
            ScoringResult result = (await client.Host.ScoreAsync([request], cancellationToken).ConfigureAwait(false))[0];
            context.WriteJson(new { logprobs = Enumerable.Range(0, request.Candidates.Count).Select(result.Sum) });
        }

        return ExitCode.Ok;
    }

    private static ScoringRequest Read(JsonElement row, string place, Tokenizer tokenizer, bool special)
    {
        if (row.ValueKind is not JsonValueKind.Object || !row.TryGetProperty("context", out JsonElement context) || !row.TryGetProperty("candidates", out JsonElement candidates) || candidates.ValueKind is not JsonValueKind.Array)
        {
            throw JsonInput.Wrong(place, "an object with \"context\" and a list \"candidates\" was expected");
        }

        int[] contextIds = Ids(context, special, withBos: true);
        int[][] candidateIds = [.. candidates.EnumerateArray().Select(c => Ids(c, special: false, withBos: false))];
        if (contextIds.Length == 0 || candidateIds.Any(c => c.Length == 0))
        {
            throw JsonInput.Wrong(place, "a context or candidate has no token");
        }

        return new ScoringRequest(contextIds, candidateIds);

        int[] Ids(JsonElement value, bool special, bool withBos)
        {
            if (value.ValueKind is JsonValueKind.Array || (value.ValueKind is JsonValueKind.Object && value.TryGetProperty("ids", out _)))
            {
                return JsonInput.Ids(value, tokenizer.VocabularySize, place);
            }

            int[] ids = tokenizer.Encode(JsonInput.Text(value, place), special);
            return withBos && tokenizer.AddBos ? [tokenizer.BosToken!.Value, .. ids] : ids;
        }
    }
}
