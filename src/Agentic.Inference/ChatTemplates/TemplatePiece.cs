namespace Agentic.Inference.ChatTemplates;

/// <summary>A stretch of a rendered prompt with where it comes from.</summary>
/// <param name="Text">The text; not empty.</param>
/// <param name="IsContent">True for text of messages: special tokens in it are plain text. False for the template's own text.</param>
public readonly record struct TemplatePiece(string Text, bool IsContent);
