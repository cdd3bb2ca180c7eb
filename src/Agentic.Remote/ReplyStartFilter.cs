namespace Agentic.Remote;

/// <summary>Takes the given start of a reply off its beginning, when an endpoint repeats it instead of going on after it.</summary>
internal sealed class ReplyStartFilter(string start)
{
    private string _held = "";
    private bool _decided = start.Length == 0;

    /// <summary>Takes text and returns what is certain to belong to the reply.</summary>
    public string Append(string text)
    {
        if (_decided)
        {
            return text;
        }
        _held += text;
        if (_held.Length < start.Length && start.StartsWith(_held, StringComparison.Ordinal))
        {
            return "";
        }
        _decided = true;
        return _held.StartsWith(start, StringComparison.Ordinal) ? _held[start.Length..] : _held;
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush()
    {
        var rest = _decided ? "" : _held;
        _decided = true;
        return rest;
    }
}
