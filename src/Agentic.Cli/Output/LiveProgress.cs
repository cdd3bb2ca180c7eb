using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Agentic.Cli.Output;

/// <summary>Progress as a few lines that are redrawn, for a person at a terminal.</summary>
internal sealed class LiveProgress : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(120);

    private readonly IAnsiConsole _console;
    private readonly RunTally _tally;
    private readonly bool _verbose;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _drawing;
    private volatile string _note = "";

    public LiveProgress(CommandOutput output, RunTally tally, bool verbose)
    {
        _tally = tally;
        _verbose = verbose;
        _console = Terminal.Create(output.Error, output.Width, output.Colour);
        _drawing = Task.Run(() => _console.Live(Picture()).AutoClear(true).StartAsync(DrawAsync));
    }

    public void Show(RunEvent happened)
    {
        foreach (string line in EventLines.Important(happened).Concat(_verbose ? EventLines.Detail(happened) : []))
        {
            _console.WriteLine(line);
        }

        if (happened is ChunkDoneEvent done)
        {
            _note = $"chunk {done.Chunk + 1}: {done.Note}";
        }
    }

    public async ValueTask MakeRoomAsync()
    {
        _stop.TrySetResult();
        await _drawing.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => MakeRoomAsync();

    private async Task DrawAsync(LiveDisplayContext context)
    {
        while (!_stop.Task.IsCompleted)
        {
            context.UpdateTarget(Picture());
            await Task.WhenAny(_stop.Task, Task.Delay(Interval)).ConfigureAwait(false);
        }
    }

    private Rows Picture() => new(ProgressPicture.Lines(_tally.Position(_clock.Elapsed), _clock.Elapsed, _note, _console.Profile.Width).Select(l => (IRenderable)l));
}
