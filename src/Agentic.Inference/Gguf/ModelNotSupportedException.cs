namespace Agentic.Inference.Gguf;

/// <summary>A model file is sound but needs something that this engine does not compute: an architecture, an element type, split files.</summary>
public sealed class ModelNotSupportedException : ModelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">The field that asks for it: a metadata key, a tensor name or a part of the header.</param>
    /// <param name="problem">What is not supported, by name; continues "FIELD …" to a sentence.</param>
    /// <param name="hint">What to do.</param>
    public ModelNotSupportedException(string path, string field, string problem, string? hint = null)
        : base($"{path}: {FileText.Show(field)} {problem}", hint)
    {
        Path = path;
        Field = FileText.Show(field);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The field that asks for it.</summary>
    public string Field { get; }

    /// <inheritdoc/>
    public override string Code => "model-unsupported";
}
