namespace Agentic.Cli.Frame;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Answered, planned or partial.</summary>
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>The document does not say.</summary>
    public const int NotFound = 3;

    /// <summary>A budget or cap was exceeded.</summary>
    public const int Budget = 4;

    /// <summary>A model or document cannot be read.</summary>
    public const int Unreadable = 5;
    public const int Cancelled = 130;

    public static int Of(RunStatus status) => status switch
    {
        RunStatus.Planned or RunStatus.Answered or RunStatus.Partial => Ok,
        RunStatus.NotFound => NotFound,
        RunStatus.BudgetExceeded => Budget,
        RunStatus.Cancelled => Cancelled,
        _ => Failed,
    };

    public static int Of(Exception error) => error switch
    {
        OperationCanceledException => Cancelled,
        UsageException or ConfigurationException => Usage,
        BudgetException => Budget,
        ModelException or DocumentException => Unreadable,
        _ => Failed,
    };
}
