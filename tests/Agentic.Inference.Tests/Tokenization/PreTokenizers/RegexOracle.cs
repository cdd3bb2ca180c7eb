using System.Text.RegularExpressions;

namespace Agentic.Inference.Tests.Tokenization.PreTokenizers;

/// <summary>The published patterns, run by the regular expression engine; right for text of the basic plane only.</summary>
internal static partial class RegexOracle
{
    public static string[] Split(string name, string text) => name switch
    {
        "gpt-2" => Matches(Gpt2(), text),
        "smollm" => [.. Digit().Split(text).SelectMany(part => Digit().IsMatch(part) ? [part] : Matches(Gpt2(), part))],
        "llama-bpe" => Matches(Llama3(), text),
        "qwen2" => Matches(Qwen2(), text),
        "qwen35" => Matches(Qwen35(), text),
        _ => throw new ArgumentException(name),
    };

    private static string[] Matches(Regex pattern, string text) => [.. pattern.Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"(\p{N})")]
    private static partial Regex Digit();

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Llama3();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Qwen2();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Qwen35();
}
