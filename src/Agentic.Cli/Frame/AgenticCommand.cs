using System.CommandLine;

namespace Agentic.Cli.Frame;

/// <summary>A verb of the command line. Subclasses add their options and do the work.</summary>
internal abstract class AgenticCommand(string name, string description) : Command(name, description)
{
    /// <summary>Does the work and returns the exit code. Errors are thrown; the frame reports them.</summary>
    protected abstract Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken);

    /// <summary>Connects this command, and every one below it, with the frame.</summary>
    public static void Bind(Command command, CommandHost host, GlobalOptions options)
    {
        if (command is AgenticCommand verb)
        {
            verb.SetAction((result, cancellationToken) =>
            {
                options.Check(result);
                return verb.RunAsync(new CommandContext(host, options, result), cancellationToken);
            });
        }

        foreach (Command child in command.Subcommands)
        {
            Bind(child, host, options);
        }
    }

    protected void AddOptions(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }
}
