using System.CommandLine;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model logits</c>: what the model says at every position of a list of ids.</summary>
internal sealed class LogitsCommand : AgenticCommand
{
    private readonly Option<string> _ids = new("--ids") { Description = "Token ids, such as 1,2,3.", HelpName = "IDS", Required = true };
    private readonly Option<int> _top = new("--top") { Description = "How many of the largest logits to print.", HelpName = "N", DefaultValueFactory = _ => 10 };

    public LogitsCommand() : base("logits", "Prints the largest logits at each position, one JSON line a position.") => AddOptions(_ids, _top);

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int top = context.Value(_top);
        GlobalOptions.Positive(top, "--top");
        (LanguageModel model, _) = LocalModel.Load(context);
        using (model)
        {
            int[] ids = IdList.Parse(context.Value(_ids)!, model.Config.VocabularySize, "--ids");
            if (ids.Length == 0)
            {
                throw new UsageException("--ids holds no token id.", "Write ids like 1,2,3.");
            }

            if (ids.Length > model.Window)
            {
                throw new BudgetException($"{ids.Length} tokens do not fit the model's window of {model.Window}.", ids.Length, model.Window);
            }

            Print(context, model, ids, Math.Min(top, model.Config.VocabularySize), cancellationToken);
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private static void Print(CommandContext context, LanguageModel model, int[] ids, int top, CancellationToken cancellationToken)
    {
        // Whole rows of logits come to the host: few at a time.
        const int RowsAtOnce = 32;
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        for (int first = 0; first < ids.Length; first += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(Math.Min(RowsAtOnce, model.ChunkTokens), ids.Length - first);
            batch.Clear();
            int row = batch.Add(sequence, ids.AsSpan(first, rows));
            int[] slots = [.. Enumerable.Range(row, rows).Select(batch.ReadLogits)];
            model.Run(batch);
            for (int r = 0; r < rows; r++)
            {
                ReadOnlySpan<float> logits = batch.Logits(slots[r]);
                context.WriteJson(new { position = first + r, logsumexp = LogSumExp(logits), top = Largest(logits, top) });
            }
        }
    }

    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    private static object[][] Largest(ReadOnlySpan<float> logits, int count)
    {
        int[] ids = [.. Enumerable.Range(0, logits.Length)];
        float[] keys = new float[logits.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = -logits[i];
        }

        Array.Sort(keys, ids);
        return [.. Enumerable.Range(0, count).Select(i => new object[] { ids[i], -keys[i] })];
    }
}
