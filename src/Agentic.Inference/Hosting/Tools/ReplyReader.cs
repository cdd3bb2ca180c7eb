using System.Text;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>
/// Takes a reply apart as it comes: thoughts, text, calls. Text comes out as soon as it cannot be part of a mark, a call when it is complete.
/// Never throws: what looks like a call and is none is text.
/// </summary>
/// <param name="syntax">How calls are written; null = the reply holds none.</param>
/// <param name="thoughts">Whether the reply may hold thoughts.</param>
/// <param name="atStart">Calls begin at the start of the reply or not at all.</param>
internal sealed class ReplyReader(ToolSyntax? syntax, Thoughts thoughts, bool atStart)
{
    private readonly MarkFinder _thinkEnd = new(ThoughtMarks.End);
    private readonly MarkFinder? _mark = syntax is null || atStart ? null : new(syntax.Mark);
    private readonly JsonObjectScanner _scanner = new();
    private readonly StringBuilder _start = new();
    private readonly List<AIContent> _contents = [];
    private Stage _stage = thoughts == Thoughts.Begun ? Stage.Thoughts : Stage.Start;
    private bool _thoughtful = thoughts == Thoughts.Begun;
    private bool _empty = true;

    private enum Stage
    {
        Start,
        Thoughts,
        Text,
        Calls,
    }

    /// <summary>What comes next belongs to the model's thoughts.</summary>
    public bool IsThinking => _stage == Stage.Thoughts;

    /// <summary>Whether a call was read.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Takes text and returns what is certain now.</summary>
    public IReadOnlyList<AIContent> Append(string text)
    {
        _contents.Clear();
        Go(text);
        return [.. _contents];
    }

    /// <summary>Returns what was held back.</summary>
    /// <param name="cut">The reply was cut off: half a call is left out.</param>
    public IReadOnlyList<AIContent> Finish(bool cut)
    {
        _contents.Clear();
        switch (_stage)
        {
            case Stage.Start:
                Say(Unindented(_start.ToString()));
                break;
            case Stage.Thoughts:
                Think(_thinkEnd.Flush());
                break;
            case Stage.Text:
                Say(_mark?.Flush() ?? "");
                break;
            case Stage.Calls when !cut && !HasCalls:
                Say(_scanner.Rest);
                break;
        }

        return [.. _contents];
    }

    private void Go(string text)
    {
        while (text.Length > 0)
        {
            text = _stage switch
            {
                Stage.Start => Begin(text),
                Stage.Thoughts => Reason(text),
                Stage.Text => Text(text),
                _ => Calls(text),
            };
        }
    }

    /// <summary>White space, then what a reply may begin with; held back until that is known.</summary>
    private string Begin(string text)
    {
        string all = _start.Append(text).ToString();
        string body = all.TrimStart();
        if (body.Length == 0)
        {
            return "";
        }

        bool thinks = thoughts == Thoughts.Possible && !_thoughtful && May(body, ThoughtMarks.Start), calls = syntax is not null && May(body, syntax.Mark);
        if (thinks && body.Length >= ThoughtMarks.Start.Length)
        {
            (_stage, _thoughtful) = (Stage.Thoughts, true);
            _start.Clear();
            return body[ThoughtMarks.Start.Length..];
        }

        if (calls && body.Length >= syntax!.Mark.Length)
        {
            _stage = Stage.Calls;
            return body;
        }

        if (thinks || calls)
        {
            return "";
        }

        _stage = Stage.Text;
        return Unindented(all);
    }

    private string Reason(string text)
    {
        int end = _thinkEnd.Append(text, out string certain);
        Think(certain);
        if (end < 0)
        {
            return "";
        }

        _stage = Stage.Start;
        return text[end..];
    }

    private string Text(string text)
    {
        if (_mark is null)
        {
            Say(text);
            return "";
        }

        int end = _mark.Append(text, out string certain);
        Say(certain);
        if (end < 0)
        {
            return "";
        }

        _stage = Stage.Calls;
        return syntax!.Mark + text[end..];
    }

    private string Calls(string text)
    {
        foreach (char symbol in text)
        {
            if (!_scanner.Append(symbol, out string before, out string json))
            {
                continue;
            }

            if (syntax!.Parse(before, json) is { } call)
            {
                HasCalls = true;
                _contents.Add(call);
            }
            else
            {
                Say(before + json);
            }
        }

        return "";
    }

    /// <summary>After thoughts, white space before the text is none of it.</summary>
    private string Unindented(string text) => _thoughtful ? text.TrimStart() : text;

    private void Say(string text)
    {
        if (text.Length > 0)
        {
            _contents.Add(new TextContent(text));
        }
    }

    private void Think(string text)
    {
        // Thoughts stand on lines of their own.
        text = _empty ? text.TrimStart() : text;
        if (text.Length > 0)
        {
            _empty = false;
            _contents.Add(new TextReasoningContent(text));
        }
    }

    private static bool May(string text, string mark) => text.StartsWith(mark, StringComparison.Ordinal) || mark.StartsWith(text, StringComparison.Ordinal);
}
