namespace Agentic.Cli.Output;

/// <summary>Whoever read our standard output has gone, as after <c>| head -1</c>.</summary>
internal sealed class OutputClosedException(IOException inner) : IOException("Standard output was closed.", inner);
