using System.Text;
using Microsoft.Extensions.AI;

namespace Agentic.Agents;

/// <summary>Gathers what a client says of one reply, streamed or not.</summary>
internal sealed class ReplyCollector
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public UsageDetails? Usage { get; private set; }

    public ChatFinishReason? Finish { get; private set; }

    /// <summary>Whether the reply came to its end.</summary>
    public bool Complete { get; private set; }

    public void Add(ChatResponse response)
    {
        _text.Append(response.Text);
        Usage = response.Usage;
        Finish = response.FinishReason;
        Complete = true;
    }

    /// <returns>The text of this update.</returns>
    public string Add(ChatResponseUpdate update)
    {
        string text = update.Text;
        _text.Append(text);
        Finish = update.FinishReason ?? Finish;
        foreach (UsageContent usage in update.Contents.OfType<UsageContent>())
        {
            Usage = usage.Details;
        }

        return text;
    }

    public void End() => Complete = true;
}
