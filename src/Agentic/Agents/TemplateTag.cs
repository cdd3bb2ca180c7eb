using System.Text.RegularExpressions;

namespace Agentic.Agents;

/// <summary>What one Handlebars tag reads.</summary>
/// <param name="Index">Offset of the tag in the template.</param>
/// <param name="Variables">First names of the paths it reads; those of the engine itself left out.</param>
/// <param name="Partial">Name of the partial that it includes; null for another tag.</param>
internal sealed partial record TemplateTag(int Index, IReadOnlyList<string> Variables, string? Partial)
{
    /// <summary>The tags of a template in order; comments and closing tags hold nothing.</summary>
    public static IEnumerable<TemplateTag> Read(string source)
    {
        foreach (Match tag in Tag().Matches(source))
        {
            string inside = tag.Groups["inside"].Value.Trim('{', '}', '~', ' ', '\t', '\r', '\n', '&');
            if (inside.Length == 0 || inside[0] is '!' or '/')
            {
                continue;
            }

            string words = inside.TrimStart('#', '^', '*', '~', ' ');
            if (words.StartsWith('>'))
            {
                yield return new TemplateTag(tag.Index, [], Word().Match(words[1..]).Value);
                continue;
            }

            List<string> names = [.. Word().Matches(Literal().Replace(words, "")).Select(word => word.Value)];
            if (names is ["else", ..])
            {
                names.RemoveAt(0);
            }

            if (names is ["if" or "unless" or "each" or "with", _, ..])
            {
                names.RemoveAt(0);
            }

            yield return new TemplateTag(tag.Index, [.. names.Select(First).Where(name => name is not ("" or "this"))], null);
        }
    }

    /// <summary>The first name of a path; nothing for what the engine provides, such as <c>@index</c>, and for numbers.</summary>
    private static string First(string path)
    {
        string name = path.Replace("../", "", StringComparison.Ordinal).Replace("./", "", StringComparison.Ordinal).Split('.', '/')[0];
        return name.Length > 0 && (name[0] == '@' || char.IsAsciiDigit(name[0]) || name is "true" or "false" or "null" or "undefined") ? "" : name;
    }

    [GeneratedRegex(@"\{\{~?!--[\s\S]*?--~?\}\}|\{\{(?<inside>[^}]*)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"[^\s(){}|=]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // Quoted texts, names of arguments and of block parameters.
    [GeneratedRegex(@"""[^""]*""|'[^']*'|[\w-]+=|\sas\s*\|[^|]*\|", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();
}
