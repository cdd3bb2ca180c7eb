namespace Agentic.Cli.Output;

/// <summary>With <c>--quiet</c>: only results and errors.</summary>
internal sealed class NoProgress : IProgressView
{
    public void Show(RunEvent happened)
    {
    }

    public ValueTask MakeRoomAsync() => default;

    public ValueTask DisposeAsync() => default;
}
