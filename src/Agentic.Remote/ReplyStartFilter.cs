namespace Agentic.Remote;

/// <summary>Takes the given start of a reply off its beginning, when an endpoint repeats it instead of going on after it.</summary>
internal sealed class ReplyStartFilter(string start)
{
    private string held = "";
    private bool decided = start.Length == 0;

    /// <summary>Takes text and returns what is certain to belong to the reply.</summary>
    public string Append(string text)
    {
        if (decided)
        {
            return text;
        }
        held += text;
        if (held.Length < start.Length && start.StartsWith(held, StringComparison.Ordinal))
        {
            return "";
        }
        decided = true;
        return held.StartsWith(start, StringComparison.Ordinal) ? held[start.Length..] : held;
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush()
    {
        var rest = decided ? "" : held;
        decided = true;
        return rest;
    }
}
