using System.Text;

namespace Agentic.Inference.Tests.Constraints.RegularExpressions;

/// <summary>Random patterns, each written for this engine and, with its meaning in ECMA-262 spelled out, for .NET; and texts that match them, more or less.</summary>
internal sealed class PatternMaker(Random random)
{
    private const string Pair = "[\\ud800-\\udbff][\\udc00-\\udfff]";

    // Ours; for .NET, within a class; a member.
    private static readonly (string Ours, string Net, string Sample)[] Members =
    [
        ("a", "a", "a"), ("b", "b", "b"), ("a-c", "a-c", "c"), ("\\d", "0-9", "7"), ("\\w", "0-9A-Za-z_", "_"), ("\\x61", "a", "a"), ("\\u00e9", "é", "é"), ("é", "é", "é"),
        ("\\s", "\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff", "\u2003"), ("\\-", "\\-", "-"), ("\\]", "\\]", "]"), ("0-9", "0-9", "3"), ("\\t", "\\t", "\t"), ("\\p{Sc}", "\\p{Sc}", "€"),
    ];

    public sealed record Pattern(string Ours, string Net, string Sample);

    /// <summary>A pattern, with anchors at its ends or those of its options if it likes.</summary>
    public Pattern Make() => random.Next(4) switch
    {
        0 => Join("|", Anchored(2), Anchored(2)),
        1 => Anchored(3),
        _ => Any(3),
    };

    /// <summary>Texts near the pattern.</summary>
    public IEnumerable<string> Texts(Pattern pattern)
    {
        const string alphabet = "aabbc0é_-\n\u2028 €";
        for (int i = 0; i < 6; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)]));
        }

        yield return pattern.Sample;
        yield return pattern.Sample + "\n";
        yield return "😀" + pattern.Sample;
        var text = new StringBuilder(pattern.Sample);
        for (int i = 0; i < 3; i++)
        {
            int at = random.Next(text.Length + 1);
            text.Insert(at < text.Length && char.IsLowSurrogate(text[at]) ? at + 1 : at, "ab0é\n"[random.Next(5)]);
            yield return text.ToString();
        }
    }

    private Pattern Anchored(int depth)
    {
        Pattern inner = Any(depth);
        (bool start, bool end) = (random.Next(2) == 0, random.Next(2) == 0);
        inner = inner.Ours.Contains('|') ? Group(inner) : inner;
        return new((start ? "^" : "") + inner.Ours + (end ? "$" : ""), (start ? "\\A" : "") + inner.Net + (end ? "\\z" : ""), inner.Sample);
    }

    private Pattern Any(int depth)
    {
        switch (random.Next(depth == 0 ? 3 : 8))
        {
            case 0:
                return Class();
            case 1 when random.Next(3) == 0:
                return new(".", $"(?:[^\\n\\r\\u2028\\u2029\\ud800-\\udfff]|{Pair})", random.Next(2) == 0 ? "x" : "😀");
            case 1 when random.Next(6) == 0:
                return new("", "", "");
            case 1 or 2:
                string one = "ab0é-"[random.Next(5)].ToString();
                return new(one, one, one);
            case 3:
                return Group(Join("|", Any(depth - 1), Any(depth - 1)));
            case 4 or 5:
                return Quantified(Group(Any(depth - 1)));
            default:
                return Join("", Any(depth - 1), Any(depth - 1));
        }
    }

    private Pattern Group(Pattern inner) => new((random.Next(3) switch { 0 => "(", 1 => "(?:", _ => "(?<n>" }) + inner.Ours + ")", $"(?:{inner.Net})", inner.Sample);

    private Pattern Join(string sign, Pattern left, Pattern right) => new(
        left.Ours + sign + right.Ours, left.Net + sign + right.Net, sign == "" ? left.Sample + right.Sample : random.Next(2) == 0 ? left.Sample : right.Sample);

    private Pattern Quantified(Pattern body)
    {
        int min = random.Next(3), max = min + random.Next(3);
        string mark = random.Next(6) switch { 0 => "*", 1 => "+", 2 => "?", 3 => $"{{{min}}}", 4 => $"{{{min},}}", _ => $"{{{min},{max}}}" } + (random.Next(4) == 0 ? "?" : "");
        return new(body.Ours + mark, body.Net + mark, string.Concat(Enumerable.Repeat(body.Sample, random.Next(min, max + 1))));
    }

    private Pattern Class()
    {
        (string Ours, string Net, string Sample)[] members = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Members[random.Next(Members.Length)])];
        string ours = string.Concat(members.Select(member => member.Ours)), net = string.Concat(members.Select(member => member.Net));
        return random.Next(4) == 0
            ? new($"[^{ours}]", $"(?:[^{net}\\ud800-\\udfff]|{Pair})", random.Next(2) == 0 ? "z" : "😀")
            : new($"[{ours}]", $"[{net}]", members[0].Sample);
    }
}
