using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Methods of strings.</summary>
internal static class TextMethods
{
    private delegate object? Method(RenderState state, MarkedText text, CallArguments arguments);

    private static readonly Dictionary<string, Method> Table = new()
    {
        ["upper"] = (_, text, _) => LetterCase.Upper(text),
        ["lower"] = (_, text, _) => LetterCase.Lower(text),
        ["title"] = (_, text, _) => TextOperations.Title(text),
        ["capitalize"] = (_, text, _) => TextOperations.Capitalize(text),
        ["strip"] = (_, text, a) => TextOperations.Trim(text, Characters(a)),
        ["lstrip"] = (_, text, a) => TextOperations.Trim(text, Characters(a), end: false),
        ["rstrip"] = (_, text, a) => TextOperations.Trim(text, Characters(a), start: false),
        ["split"] = (state, text, a) => TextOperations.Split(state, text, Separator(a), a.Integer(1, "maxsplit", -1)),
        ["rsplit"] = (state, text, a) => TextOperations.Split(state, text, Separator(a), a.Integer(1, "maxsplit", -1), fromEnd: true),
        ["partition"] = (_, text, a) => Partition(text, a),
        ["splitlines"] = (state, text, _) => Lines(state, text),
        ["join"] = (state, text, a) => TextOperations.Join(state, Operators.Iterate(a.Need(0, "iterable")), text),
        ["replace"] = (state, text, a) => TextOperations.Replace(state, text, a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)),
        ["startswith"] = (_, text, a) => Affixes(a).Any(affix => text.Text.StartsWith(affix, StringComparison.Ordinal)),
        ["endswith"] = (_, text, a) => Affixes(a).Any(affix => text.Text.EndsWith(affix, StringComparison.Ordinal)),
        ["removeprefix"] = (_, text, a) => text.Text.StartsWith(a.Text(0, "prefix").Text, StringComparison.Ordinal) ? text.Slice(a.Text(0, "prefix").Text.Length, text.Text.Length - a.Text(0, "prefix").Text.Length) : text,
        ["removesuffix"] = (_, text, a) => text.Text.EndsWith(a.Text(0, "suffix").Text, StringComparison.Ordinal) ? text.Slice(0, text.Text.Length - a.Text(0, "suffix").Text.Length) : text,
        ["find"] = (_, text, a) => Find(text, a),
        ["index"] = (_, text, a) => Find(text, a) is var place && place >= 0 ? place : throw new TemplateFault("the substring is not there"),
        ["count"] = (_, text, a) => Count(text, a),
        ["swapcase"] = (_, text, _) => text.Derive(string.Concat(text.Text.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)))),
        ["isdigit"] = (_, text, _) => All(text, char.IsDigit),
        ["isalpha"] = (_, text, _) => All(text, char.IsLetter),
        ["isalnum"] = (_, text, _) => All(text, char.IsLetterOrDigit),
        ["isspace"] = (_, text, _) => All(text, char.IsWhiteSpace),
        ["center"] = (state, text, a) => TextOperations.Pad(state, text, a.Integer(0, "width"), Fill(a), 0.5),
        ["ljust"] = (state, text, a) => TextOperations.Pad(state, text, a.Integer(0, "width"), Fill(a), 0),
        ["rjust"] = (state, text, a) => TextOperations.Pad(state, text, a.Integer(0, "width"), Fill(a), 1),
        ["format"] = BraceFormat.Apply,
        ["zfill"] = (state, text, a) => TextOperations.Pad(state, text, a.Integer(0, "width"), "0", 1),
    };

    public static TemplateFunction? Find(MarkedText text, string name) =>
        Table.TryGetValue(name, out var method) ? (state, arguments) =>
        {
            state.Charge(text.Text.Length);
            var result = method(state, text, arguments);
            return result is MarkedText made ? state.Made(made) : result;
        }
    : null;

    private static string? Characters(CallArguments arguments) => arguments.Get(0, "chars") is null ? null : arguments.Text(0, "chars").Text;

    private static MarkedText? Separator(CallArguments arguments) => arguments.Get(0, "sep") is null ? null : arguments.Text(0, "sep");

    private static string Fill(CallArguments arguments) => !arguments.Has(1, "fillchar") ? " "
        : CodePoints.Count(arguments.Text(1, "fillchar").Text) == 1 ? arguments.Text(1, "fillchar").Text
        : throw new TemplateFault("the fill character must be exactly one character");

    private static IEnumerable<string> Affixes(CallArguments arguments) =>
        arguments.Need(0, "prefix") is TemplateList { IsTuple: true } list ? list.Items.OfType<MarkedText>().Select(item => item.Text) : [arguments.Text(0, "prefix").Text];

    private static bool All(MarkedText text, Func<char, bool> test) => text.Text.Length > 0 && text.Text.All(test);

    private static long Find(MarkedText text, CallArguments arguments)
    {
        var place = text.Text.IndexOf(arguments.Text(0, "sub").Text, StringComparison.Ordinal);
        return place < 0 ? -1 : CodePoints.Count(text.Text[..place]);
    }

    private static long Count(MarkedText text, CallArguments arguments)
    {
        var part = arguments.Text(0, "sub").Text;
        return part.Length == 0 ? CodePoints.Count(text.Text) + 1L : text.Text.AsSpan().Count(part);
    }

    private static TemplateList Partition(MarkedText text, CallArguments arguments)
    {
        var separator = arguments.Text(0, "sep");
        var place = text.Text.IndexOf(separator.Text, StringComparison.Ordinal);
        return place < 0
            ? new([text, MarkedText.Empty, MarkedText.Empty], isTuple: true)
            : new([text.Slice(0, place), separator, text.Slice(place + separator.Text.Length, text.Text.Length - place - separator.Text.Length)], isTuple: true);
    }

    private static TemplateList Lines(RenderState state, MarkedText text)
    {
        var lines = TextOperations.Split(state, text, MarkedText.Template("\n"), -1).Items;
        return new([.. lines.Take(lines[^1] is MarkedText { Text.Length: 0 } ? lines.Count - 1 : lines.Count)]);
    }
}
