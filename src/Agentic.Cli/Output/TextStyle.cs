namespace Agentic.Cli.Output;

/// <summary>The few styles that results use on a terminal; plain text elsewhere.</summary>
internal sealed class TextStyle(bool enabled)
{
    public string Bold(string text) => Wrap("1", text);

    public string Dim(string text) => Wrap("2", text);

    public string Good(string text) => Wrap("32", text);

    public string Bad(string text) => Wrap("33", text);

    private string Wrap(string code, string text) => enabled ? $"\e[{code}m{text}\e[0m" : text;
}
