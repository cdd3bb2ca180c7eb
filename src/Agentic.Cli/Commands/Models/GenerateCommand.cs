using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Inference.Backends;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model generate</c>: continues a prompt, by default as one turn of a conversation.</summary>
internal sealed class GenerateCommand : AgenticCommand
{
    private const int DefaultMaxTokens = 512;

    private readonly Argument<string?> _prompt = new("prompt") { Description = "The prompt; '-' reads standard input.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _raw = new("--raw") { Description = "Continue the prompt as it is, without the chat template." };
    private readonly Option<bool> _special = new("--special") { Description = "With --raw: recognise special tokens in the prompt." };
    private readonly Option<string?> _ids = new("--ids") { Description = "Token ids such as 1,2,3 in place of the prompt.", HelpName = "IDS" };
    private readonly Option<string?> _system = new("--system") { Description = "The system message.", HelpName = "TEXT" };
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Most tokens of the reply.", HelpName = "N", DefaultValueFactory = _ => DefaultMaxTokens };
    private readonly Option<string[]> _stop = new("--stop") { Description = "A text that ends the reply; may be given several times.", HelpName = "TEXT", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _ignoreEnd = new("--ignore-eos") { Description = "Go on after tokens that end a reply." };
    private readonly ReplyFormArguments _form = new();
    private readonly SamplingArguments _sampling = new();

    public GenerateCommand() : base("generate", "Generate text with the model.")
    {
        Arguments.Add(_prompt);
        AddOptions(_raw, _special, _ids, _system, _maxTokens, _stop, _ignoreEnd);
        _form.AddTo(this);
        _sampling.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SamplingRow sampling = _sampling.Read(context);
        int maxTokens = context.Value(_maxTokens);
        GlobalOptions.Positive(maxTokens, "--max-tokens");
        Grammar? form = _form.Read(context);
        string? prompt = await PromptAsync(context, cancellationToken).ConfigureAwait(false);
        ModelChoice choice = ModelChoice.From(context);
        if (choice.Path is null)
        {
            throw new UsageException("'agentic model generate' needs a local model, not an endpoint.", "Leave --endpoint out and give --model PATH.");
        }

        using var client = (LocalChatClient)await context.Host.Clients.OpenAsync(choice, cancellationToken).ConfigureAwait(false);
        var request = new GenerationRequest
        {
            Prompt = Encode(context, client, prompt),
            MaxTokens = maxTokens,
            Sampling = sampling,
            StopSequences = context.Value(_stop)!,
            IgnoreEndTokens = context.Value(_ignoreEnd),
            Constraint = ReplyFormArguments.Compile(form, client.Host.Tokenizer),
            CloseAtLimit = _form.Closes(context),
        };
        return await WriteAsync(context, client.Host, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> PromptAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string? prompt = context.Value(_prompt);
        string? ids = context.Value(_ids);
        if (ids is not null && (prompt is not null || context.Given(_system)))
        {
            throw new UsageException("--ids takes the place of the prompt; give one of them.");
        }

        if (context.Value(_raw) && context.Given(_system))
        {
            throw new UsageException("--system needs the chat template, which --raw leaves out.");
        }

        if (prompt == "-")
        {
            using var reader = new StreamReader(context.Output.OpenInput(), new UTF8Encoding(false));
            prompt = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }

        return ids is null && string.IsNullOrEmpty(prompt) ? throw new UsageException("There is no prompt.", "Write: agentic model generate \"PROMPT\"; '-' reads standard input.") : prompt;
    }

    private IReadOnlyList<int> Encode(CommandContext context, LocalChatClient client, string? prompt)
    {
        Tokenizer tokenizer = client.Host.Tokenizer;
        if (context.Value(_ids) is string ids)
        {
            int[] given = IdList.Parse(ids, tokenizer.VocabularySize, "--ids");
            return given.Length > 0 ? given : throw new UsageException("--ids holds no token id.", "Write ids like 1,2,3.");
        }

        if (context.Value(_raw))
        {
            List<int> list = tokenizer.AddBos ? [tokenizer.BosToken!.Value] : [];
            tokenizer.Encode(prompt, list, context.Value(_special));
            return list;
        }

        ChatFormatNotice.Say(context, client);
        List<ChatMessage> messages = [new(ChatRole.User, prompt)];
        if (context.Value(_system) is string system)
        {
            messages.Insert(0, new ChatMessage(ChatRole.System, system));
        }

        return client.GetService<ITokenCounter>()!.CountPrompt(messages).Ids!;
    }

    private static async Task<int> WriteAsync(CommandContext context, ModelHost host, GenerationRequest request, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        double? firstToken = null;
        var text = new StringBuilder();
        List<int> ids = [];
        GenerationEnd? end = null;
        context.Host.DoneSoFar = () => ids.Count == 0 ? null : $"{Words.Count(request.Prompt.Count, "prompt token")} read, {ids.Count} generated.";
        await foreach (GenerationUpdate update in host.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (update.Token is { } token)
            {
                firstToken ??= Stopwatch.GetElapsedTime(start).TotalSeconds;
                ids.Add(token.Token);
            }

            text.Append(update.Text);
            end = update.End ?? end;
            if (!context.Json)
            {
                context.Output.Out.Write(update.Text);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (end!.Cause == FinishCause.Stop && ids.Count > 0 && host.Tokenizer.EndTokens.Contains(ids[^1]) && !request.IgnoreEndTokens)
        {
            ids.RemoveAt(ids.Count - 1); // the mark of the end is no part of the text
        }

        if (context.Json)
        {
            context.WriteJson(new
            {
                text = text.ToString(),
                ids,
                finish = end.Cause == FinishCause.Stop ? "stop" : "length",
                usage = new { end.PromptTokens, end.CachedTokens, end.GeneratedTokens, seconds = Math.Round(seconds, 3), firstTokenSeconds = firstToken is double f ? Math.Round(f, 3) : (double?)null },
            });
            return ExitCode.Ok;
        }

        if (text.Length == 0 || text[^1] != '\n')
        {
            context.Output.Out.WriteLine();
        }

        double decoding = seconds - (firstToken ?? 0);
        string speed = end.GeneratedTokens > 1 && decoding > 0 ? $" · {Words.Number((end.GeneratedTokens - 1) / decoding)} tokens/s" : "";
        context.Say($"{Words.Count(end.PromptTokens, "prompt token")} · {end.GeneratedTokens} generated · first after {Words.Time(firstToken ?? seconds)}{speed}{(end.Cause == FinishCause.Length ? " · cut by --max-tokens" : "")}");
        return ExitCode.Ok;
    }
}
