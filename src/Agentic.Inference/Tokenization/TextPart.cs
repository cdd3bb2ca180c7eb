namespace Agentic.Inference.Tokenization;

/// <summary>A stretch of a prompt.</summary>
/// <param name="Text">The text.</param>
/// <param name="Trusted">True for text of a template, in which special tokens are recognised; false for what users and documents say.</param>
public readonly record struct TextPart(string Text, bool Trusted);
