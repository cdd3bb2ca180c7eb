namespace Agentic.Inference.ChatTemplates;

/// <summary>A chat template cannot be parsed or rendered, or refuses the messages itself.</summary>
public sealed class ChatTemplateException : ModelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">What is wrong, without a full stop; the template's own words when it raised the error.</param>
    /// <param name="line">Line of the template, from 1; null when no single line is to blame.</param>
    /// <param name="raised">True when the template itself refused the messages.</param>
    public ChatTemplateException(string reason, int? line = null, bool raised = false)
        : base(Sentence(reason, line, raised), "Choose a built-in form instead (chatml, llama3 or gemma: --chat-format, or HostOptions.ChatFormat), or use raw completion, or another model file.")
    {
        Reason = reason;
        Line = line;
        Raised = raised;
    }

    /// <summary>What is wrong, without the position.</summary>
    public string Reason { get; }

    /// <summary>Line of the template, from 1.</summary>
    public int? Line { get; }

    /// <summary>True when the template itself refused the messages by <c>raise_exception</c>.</summary>
    public bool Raised { get; }

    private static string Sentence(string reason, int? line, bool raised)
    {
        var where = line is { } number ? $" (line {number})" : "";
        return raised
            ? $"The model's chat template refuses these messages{where}: {reason}"
            : $"The model's chat template cannot be used{where}: {reason}.";
    }
}
