namespace Agentic.Inference.Gguf;

/// <summary>A GGUF file breaks its format or contradicts itself: truncated, absurd counts, wrong types, tensors that do not fit the hyper-parameters.</summary>
public sealed class GgufFormatException : ModelException
{
    /// <summary>Creates the error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">The field: a metadata key, a tensor name or a part of the header.</param>
    /// <param name="problem">What was found and what was expected; continues "FIELD …" to a sentence.</param>
    /// <param name="hint">What to do.</param>
    public GgufFormatException(string path, string field, string problem, string? hint = null)
        : base($"{path}: {FileText.Show(field)} {problem}", hint ?? "The file is damaged or was written wrongly; download or convert it again.")
    {
        Path = path;
        Field = FileText.Show(field);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The field that is wrong.</summary>
    public string Field { get; }
}
