using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Agentic.Cli.Documents;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model perplexity</c>: how well the model predicts a text.</summary>
internal sealed class PerplexityCommand : AgenticCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A text file, or '-' for standard input." };
    private readonly Option<int?> _tokens = new("--tokens") { Description = "Only the first M tokens.", HelpName = "M" };
    private readonly Option<int?> _bucket = new("--bucket") { Description = "Also the mean over buckets of N positions.", HelpName = "N" };

    public PerplexityCommand() : base("perplexity", "Mean negative log-likelihood of a text in nats; windows of --window tokens do not overlap, all tokens after the first of a window are scored.")
    {
        Arguments.Add(_file);
        AddOptions(_tokens, _bucket);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int? limit = context.Value(_tokens);
        int bucket = context.Value(_bucket) ?? 0;
        GlobalOptions.AtLeast(limit, 2, "--tokens");
        GlobalOptions.AtLeast(context.Value(_bucket), 2, "--bucket");
        GlobalOptions.AtLeast(context.Value(context.Options.Window), 2, "--window");
        IReadOnlyList<Document> documents = await new DocumentArguments(context).LoadAsync([context.Value(_file)!], cancellationToken).ConfigureAwait(false);
        (LanguageModel model, Tokenizer tokenizer) = LocalModel.Load(context);
        using (model)
        {
            int[] ids = tokenizer.Encode(documents[0].Text);
            int count = Math.Min(limit ?? ids.Length, ids.Length);
            if (count < 2)
            {
                throw new DocumentException($"{documents[0].Name} has fewer than two tokens: there is nothing to predict.");
            }

            var progress = new Counter(context, count);
            PerplexityResult result = Perplexity.Compute(model, ids.AsSpan(0, count), 0, bucket, progress, cancellationToken);
            Print(context, result, bucket);
        }

        return ExitCode.Ok;
    }

    private static void Print(CommandContext context, PerplexityResult result, int bucket)
    {
        if (context.Json)
        {
            context.WriteJson(new { nll = result.Nll, perplexity = result.Value, tokens = result.Tokens, buckets = result.Buckets });
            return;
        }

        TextWriter output = context.Output.Out;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"NLL         {result.Nll:0.0000} nats a token"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Perplexity  {result.Value:0.000}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Tokens      {result.Tokens:N0} in {Words.Count(result.Windows.Count, "window")}"));
        for (int i = 0; i < result.Buckets.Count; i++)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  from {(long)i * bucket,6}  {result.Buckets[i]:0.0000}"));
        }
    }

    /// <summary>Lines on standard error, at most about one a second.</summary>
    private sealed class Counter : IProgress<int>
    {
        private readonly CommandContext _context;
        private readonly int _total;
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private double _said;
        private int _done;

        public Counter(CommandContext context, int total)
        {
            (_context, _total) = (context, total);
            context.Host.DoneSoFar = () => _done == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{_done:N0} of {_total:N0} tokens.");
        }

        public void Report(int value)
        {
            _done = value;
            double seconds = _clock.Elapsed.TotalSeconds;
            if (seconds - _said >= 1 && value < _total)
            {
                _said = seconds;
                _context.Say(string.Create(CultureInfo.InvariantCulture, $"{value:N0} of {_total:N0} tokens, {value / seconds:N0} tokens/s, about {Words.Time(seconds * (_total - value) / value)} left"));
            }
        }
    }
}
