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
        "gpt-4o" => Matches(Gpt4o(), text),
        "deepseek-v3" => Passes(text, UpTo3Digits(), IdeographsAndKana(), DeepSeekV3()),
        "deepseek-llm" => Passes(text, LineEnd(), DeepSeekLetters(), DeepSeekSigns(), SpaceAtEnd(), Wide(), Numbers()),
        _ => throw new ArgumentException(name),
    };

    /// <summary>Passes that each cut all pieces of the one before into matches and what lies between them.</summary>
    private static string[] Passes(string text, params Regex[] passes)
    {
        List<string> pieces = [text];
        foreach (Regex pass in passes)
        {
            pieces = [.. pieces.SelectMany(piece => Isolated(pass, piece))];
        }

        return [.. pieces];
    }

    private static IEnumerable<string> Isolated(Regex pattern, string text)
    {
        int at = 0;
        foreach (Match match in pattern.Matches(text))
        {
            yield return text[at..match.Index];
            yield return match.Value;
            at = match.Index + match.Length;
        }

        yield return text[at..];
    }

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

    [GeneratedRegex(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt4o();

    [GeneratedRegex(@"\p{N}{1,3}")]
    private static partial Regex UpTo3Digits();

    [GeneratedRegex(@"[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+")]
    private static partial Regex IdeographsAndKana();

    [GeneratedRegex(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex DeepSeekV3();

    [GeneratedRegex(@"\p{N}+")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[\r\n]")]
    private static partial Regex LineEnd();

    /// <summary>The published list without its letters beyond the basic plane.</summary>
    [GeneratedRegex(@"\s?[\u0041-\u005A\u0061-\u007A\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373\u0376-\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F\u2145-\u2149\u214E\u2183-\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2-\u2CF3\uA640-\uA66D\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17\uFF21-\uFF3A\uFF41-\uFF5A]+")]
    private static partial Regex DeepSeekLetters();

    [GeneratedRegex(@"\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+")]
    private static partial Regex DeepSeekSigns();

    [GeneratedRegex(@"\s+$")]
    private static partial Regex SpaceAtEnd();

    [GeneratedRegex(@"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+")]
    private static partial Regex Wide();
}
