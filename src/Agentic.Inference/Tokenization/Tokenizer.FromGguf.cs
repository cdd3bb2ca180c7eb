using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tokenization;

public abstract partial class Tokenizer
{
    /// <summary>Makes the tokenizer that a GGUF file describes: byte-level BPE, SentencePiece-style BPE or WordPiece.</summary>
    /// <param name="file">An open file; not needed any more afterwards.</param>
    /// <exception cref="GgufFormatException">The tokenizer's keys are missing or contradict each other.</exception>
    /// <exception cref="ModelNotSupportedException">The kind of tokenizer or its pre-tokenizer is not supported.</exception>
    public static Tokenizer FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new TokenizerBuilder(file.Path, TokenizerMetadata.Read(file)).Build();
    }
}
