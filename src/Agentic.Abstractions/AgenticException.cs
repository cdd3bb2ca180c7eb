namespace Agentic;

/// <summary>Base of the errors that Agentic raises for its users: the message is one sentence that says what happened, <see cref="Hint"/> what to do.</summary>
public abstract class AgenticException : Exception
{
    /// <summary>Creates the error.</summary>
    protected AgenticException(string message, string? hint = null, Exception? inner = null)
        : base(message, inner) => Hint = hint;

    /// <summary>What the user can do about it; null when nothing useful can be said.</summary>
    public string? Hint { get; }

    /// <summary>A stable word for programs, such as <c>model-unreadable</c>.</summary>
    public abstract string Code { get; }
}

/// <summary>A model file cannot be read or is not supported.</summary>
public class ModelException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public ModelException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <inheritdoc/>
    public override string Code => "model-unreadable";
}

/// <summary>A document cannot be read.</summary>
public sealed class DocumentException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public DocumentException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <inheritdoc/>
    public override string Code => "document-unreadable";
}

/// <summary>Something does not fit: a prompt its window, or a run its cap.</summary>
public sealed class BudgetException : AgenticException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One sentence with both numbers.</param>
    /// <param name="needed">What would be needed.</param>
    /// <param name="limit">What there is.</param>
    /// <param name="hint">What to do.</param>
    public BudgetException(string message, long needed, long limit, string? hint = null) : base(message, hint)
    {
        Needed = needed;
        Limit = limit;
    }

    /// <summary>What would be needed, in tokens or calls.</summary>
    public long Needed { get; }

    /// <summary>What there is, in the same unit.</summary>
    public long Limit { get; }

    /// <inheritdoc/>
    public override string Code => "budget-exceeded";
}

/// <summary>A model call failed after all retries.</summary>
public class ModelCallException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public ModelCallException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <summary>The last raw reply, if there was one.</summary>
    public string? LastOutput { get; init; }

    /// <summary>Whether the same call may succeed later: the model was busy, out of reach or cut off.</summary>
    public bool Transient { get; init; }

    /// <summary>How long the model asked to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How often the call was tried.</summary>
    public int Attempts { get; init; } = 1;

    /// <inheritdoc/>
    public override string Code => "call-failed";
}

/// <summary>An agent card, prompt or option is wrong.</summary>
public sealed class ConfigurationException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public ConfigurationException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <inheritdoc/>
    public override string Code => "configuration";
}

/// <summary>A journal or another store cannot be read or written.</summary>
public sealed class StorageException : AgenticException
{
    /// <summary>Creates the error.</summary>
    public StorageException(string message, string? hint = null, Exception? inner = null) : base(message, hint, inner) { }

    /// <inheritdoc/>
    public override string Code => "storage";
}
