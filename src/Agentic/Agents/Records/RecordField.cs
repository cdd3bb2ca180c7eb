namespace Agentic.Agents.Records;

/// <summary>One field of a record that a model fills in.</summary>
/// <param name="Name">Its name in JSON, such as <c>answer</c>; in the text form it is written in capitals.</param>
/// <param name="Description">What belongs in it, for the model: a few words.</param>
public sealed record RecordField(string Name, string Description)
{
    /// <summary>What it holds. Default text.</summary>
    public RecordFieldKind Kind { get; init; } = RecordFieldKind.Text;

    /// <summary>Whether a record without it is refused. Default yes; a number that is missing becomes <see cref="Default"/> all the same.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Most characters of a text, or of each text of a list; a model that is held to the form cannot go beyond. Default 2,000.</summary>
    public int MaxLength { get; init; } = 2000;

    /// <summary>Most items of a list. Default 12.</summary>
    public int MaxItems { get; init; } = 12;

    /// <summary>Least value of a number. Default 0.</summary>
    public double Least { get; init; }

    /// <summary>Largest value of a number. Default 5.</summary>
    public double Most { get; init; } = 5;

    /// <summary>A number that is missing or cannot be read; the record says that it was. Default 2.5.</summary>
    public double Default { get; init; } = 2.5;

    /// <summary>The words that a choice may take.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>What a field holds.</summary>
public enum RecordFieldKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A number between two bounds.</summary>
    Number,

    /// <summary>One of some words.</summary>
    Choice,

    /// <summary>Several texts.</summary>
    List,
}
