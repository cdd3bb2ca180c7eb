namespace Agentic.Cli.Output;

/// <summary>Progress as lines, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter error, RunTally tally, bool verbose) : IProgressView
{
    public void Show(RunEvent happened)
    {
        foreach (string line in EventLines.Important(happened).Concat(verbose ? EventLines.Detail(happened) : []).Concat(Step(happened)))
        {
            error.WriteLine(line);
        }
    }

    public ValueTask MakeRoomAsync() => default;

    public ValueTask DisposeAsync() => default;

    private IEnumerable<string> Step(RunEvent happened)
    {
        switch (happened)
        {
            case StageStartedEvent e:
                yield return e.Steps is int steps ? $"{e.Stage}: {Words.Count(steps, "step")}" : e.Stage;
                break;
            case ChunkDoneEvent e:
                RunPosition at = tally.Position();
                string speed = at.TokensPerSecond is double s ? $", {Words.Number(s)} tokens/s" : "";
                string left = at.SecondsLeft is double l ? $", about {Words.Time(l)} left" : "";
                string note = e.Note.Length > 0 ? $": {e.Note}" : "";
                yield return $"{e.Stage}: chunk {e.Chunk + 1} of {e.Count}{speed}{left}{note}";
                break;
        }
    }
}
