using Agentic.Cli.Frame;

namespace Agentic.Cli.Output;

/// <summary>Follows a run: progress to standard error, the answer to standard output as it comes.</summary>
internal sealed class RunDisplay(CommandContext context, string textName = "answer")
{
    private readonly RunTally _tally = new();

    /// <summary>Shows the run to its end and returns the exit code.</summary>
    public async Task<int> ShowAsync(IAsyncEnumerable<RunEvent> run, CancellationToken cancellationToken)
    {
        context.Host.DoneSoFar = _tally.DoneSoFar;
        Answer? answer = null;
        var text = new AnswerPrinter(context.Output, context.Verbose);
        IProgressView progress = CreateProgress();
        await using (progress.ConfigureAwait(false))
        {
            await foreach (RunEvent happened in run.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                _tally.Add(happened);
                progress.Show(happened);
                switch (happened)
                {
                    case TokenDeltaEvent delta when !context.Json:
                        await progress.MakeRoomAsync().ConfigureAwait(false);
                        text.Stream(delta.Text);
                        break;
                    case AnswerRestartedEvent:
                        text.Restart();
                        break;
                    case FinishedEvent finished:
                        answer = finished.Answer;
                        break;
                }
            }
        }

        return Finish(answer ?? throw new InvalidOperationException("The run ended without a result."), text);
    }

    /// <summary>Shows a result that was not streamed, such as a plan.</summary>
    public int Finish(Answer answer) => Finish(answer, new AnswerPrinter(context.Output, context.Verbose));

    private int Finish(Answer answer, AnswerPrinter text)
    {
        if (context.Json)
        {
            context.WriteJson(AnswerJson.Of(answer, textName));
        }
        else
        {
            text.Finish(answer);
        }

        if (answer.Status is not (RunStatus.Answered or RunStatus.Planned) && !(context.Json && answer.Status is not RunStatus.Cancelled))
        {
            context.Output.Error.WriteLine($"agentic: {Said(answer)}");
        }

        if (answer.Status is not RunStatus.Planned)
        {
            context.Say(UsageText.Line(answer.Usage));
        }

        return ExitCode.Of(answer.Status);
    }

    private string Said(Answer answer) => answer.Status switch
    {
        RunStatus.Cancelled => _tally.DoneSoFar() is string done ? $"Cancelled. Done so far: {done}" : "Cancelled before anything was done.",
        RunStatus.NotFound => answer.Reason ?? "The documents do not say.",
        _ => answer.Reason ?? $"The run ended as {answer.Status}.",
    };

    private IProgressView CreateProgress() => context.Quiet ? new NoProgress()
        : context.Output.ErrorIsTerminal ? new LiveProgress(context.Output, _tally, context.Verbose)
        : new PlainProgress(context.Output.Error, _tally, context.Verbose);
}
