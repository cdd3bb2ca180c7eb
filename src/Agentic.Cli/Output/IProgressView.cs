namespace Agentic.Cli.Output;

/// <summary>Shows how a run goes, on standard error.</summary>
internal interface IProgressView : IAsyncDisposable
{
    void Show(RunEvent happened);

    /// <summary>Standard output is about to be written to: whatever is being redrawn goes away, for good.</summary>
    ValueTask MakeRoomAsync();
}
