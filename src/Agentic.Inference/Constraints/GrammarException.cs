namespace Agentic.Inference.Constraints;

/// <summary>A grammar, expression or schema cannot be used to constrain a reply.</summary>
public sealed class GrammarException : AgenticException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One sentence that names what is wrong.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="line">Line of the source text, from 1.</param>
    /// <param name="column">Column in code points, from 1.</param>
    public GrammarException(string message, string? hint = null, int? line = null, int? column = null)
        : base(line is null ? message : $"{message.TrimEnd('.')} (line {line}, column {column}).", hint) => (Line, Column) = (line, column);

    /// <summary>Line of the source text, from 1; null when no single place is to blame.</summary>
    public int? Line { get; }

    /// <summary>Column in code points, from 1; null when no single place is to blame.</summary>
    public int? Column { get; }

    /// <inheritdoc/>
    public override string Code => "grammar";
}
