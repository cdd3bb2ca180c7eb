using Agentic.Cli.Frame;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Says when a conversation goes into a form that the model file does not vouch for: a wrong one makes replies worse without any error.</summary>
internal static class ChatFormatNotice
{
    public static void Say(CommandContext context, IChatClient client)
    {
        if (client.GetService<ModelHost>()?.Template.IsFallback == true)
        {
            context.Say("The model file brings no chat template; ChatML is used. --chat-format chooses another.");
        }
    }
}
