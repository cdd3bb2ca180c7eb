using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tokenization;

/// <summary>Collects byte strings.</summary>
internal sealed class Utf8StringsBuilder
{
    private readonly List<byte> _bytes = [];
    private readonly List<int> _ends = [];

    /// <summary>Appends a string.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        _ends.Add(_bytes.Count);
    }

    /// <summary>What was added so far.</summary>
    public Utf8Strings Build() => new([.. _bytes], [.. _ends]);
}
