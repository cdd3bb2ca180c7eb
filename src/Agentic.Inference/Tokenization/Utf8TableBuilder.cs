namespace Agentic.Inference.Tokenization;

/// <summary>Collects byte strings into a <see cref="Utf8Table"/>.</summary>
internal sealed class Utf8TableBuilder
{
    private readonly List<byte> _blob = [];
    private readonly List<int> _offsets = [0];

    /// <summary>Appends an entry.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _blob.AddRange(bytes);
        _offsets.Add(_blob.Count);
    }

    /// <summary>The table of what was added so far.</summary>
    public Utf8Table Build() => new([.. _blob], [.. _offsets]);
}
