using System.Runtime.CompilerServices;

namespace Agentic.Cli.Output;

/// <summary>Prints the tree of a run and the way that was walked through it.</summary>
internal sealed class TreePrinter(TextWriter output)
{
    private readonly List<string> _lines = [];

    /// <summary>The events as they are, looked at on their way.</summary>
    public async IAsyncEnumerable<RunEvent> WatchAsync(IAsyncEnumerable<RunEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (RunEvent happened in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (happened is TreeReadyEvent tree)
            {
                _lines.Add($"Tree: {Words.Count(tree.Nodes.Count, "node")}, {tree.Kept} kept from before");
                _lines.AddRange(tree.Nodes.Select(n => $"{new string(' ', 2 * n.Depth)}{n.Name}{(n.Summary.Length > 0 ? $": {n.Summary}" : "")}"));
                _lines.AddRange(["", "Walked:"]);
            }
            else if (happened is NavigatedEvent step)
            {
                _lines.Add($"{step.Node}: {step.Action}{(step.Reason.Length > 0 ? $" ({step.Reason})" : "")}");
            }

            yield return happened;
        }
    }

    /// <summary>All of it; one line when there was no tree.</summary>
    public void Print()
    {
        output.WriteLine();
        foreach (string line in _lines.Count > 0 ? _lines : ["There was no tree: the documents were read by one call."])
        {
            output.WriteLine(line);
        }
    }
}
