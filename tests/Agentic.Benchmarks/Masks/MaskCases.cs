using System.Text.Json;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;

namespace Agentic.Benchmarks.Masks;

/// <summary>The grammars that masks are measured on, each with a prompt for it.</summary>
internal static class MaskCases
{
    /// <summary>Records of an extraction, the case most like daily work; the decode ratio is taken on it.</summary>
    public static MaskCase Extraction { get; } = new("extraction records", () => Schema("""
        {"type":"object","properties":{"people":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},
        "role":{"enum":["author","editor","reader"]},"quote":{"type":"string"}},"required":["name","age","role","quote"],"additionalProperties":false}}},
        "required":["people"],"additionalProperties":false}
        """), "Anna Berg, 41, wrote the report; Tom Reyes, 35, edited it. The people in it as JSON, with name, age, role and a quote:\n");

    public static IReadOnlyList<MaskCase> All { get; } =
    [
        new("any JSON", () => AnyJson.Grammar, "A long JSON document about a person:\n"),
        new("JSON object", () => AnyJson.Object, "A long JSON document about a city:\n"),
        Extraction,
        new("nested arrays", () => Schema("""{"type":"array","items":{"type":"array","items":{"type":"array","items":{"type":"number"},"maxItems":4}}}"""), "A tensor of three dimensions in JSON:\n"),
        new("enums", () => Schema("""{"type":"array","minItems":20,"items":{"enum":["north","north east","east","south east","south","south west","west","north west"]}}"""), "A walk in JSON:\n"),
        new("bounded strings", () => Schema("""
            {"type":"object","properties":{"title":{"type":"string","minLength":5,"maxLength":40},"summary":{"type":"string","minLength":50,"maxLength":200},
            "tags":{"type":"array","items":{"type":"string","minLength":1,"maxLength":12},"maxItems":5}},"required":["title","summary","tags"],"additionalProperties":false}
            """), "The news of the day in JSON, with title, summary and tags:\n"),
        new("numbers in ranges", () => Schema("""
            {"type":"array","minItems":5,"items":{"type":"object","properties":{"temperature":{"type":"number","minimum":-89.2,"maximum":56.7},"humidity":{"type":"integer","minimum":0,"maximum":100},
            "pressure":{"type":"number","exclusiveMinimum":870,"exclusiveMaximum":1084.8}},"required":["temperature","humidity","pressure"],"additionalProperties":false}}
            """), "The weather of five days in JSON:\n"),
        new("recursive tree", () => Schema("""
            {"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},
            "required":["name","children"],"additionalProperties":false}}}
            """), "The tree of life in JSON, each node with name and children:\n"),
        new("choice of 200", () => Choice.Of([.. Enumerable.Range(0, 200).Select(i => $"{Adjectives[i % 20]} {Nouns[i / 20]} number {i}")]), "My choice:"),
        new("uuid and dates", () => Schema("""
            {"type":"array","minItems":4,"items":{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"born":{"type":"string","format":"date"},"seen":{"type":"string","format":"date-time"}},
            "required":["id","born","seen"],"additionalProperties":false}}
            """), "Identities and dates in JSON:\n"),
        new("many optional", () => Schema($$$"""{"type":"object","properties":{{{{string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""
            "{{Nouns[i % 10]}}{{i}}":{"type":["string","number","null"]}
            """))}}}},"additionalProperties":false}"""), "All settings in JSON:\n"),
        new("union", () => Schema("""
            {"type":"array","minItems":3,"items":{"oneOf":[{"type":"object","properties":{"kind":{"const":"text"},"text":{"type":"string"}},"required":["kind","text"],"additionalProperties":false},
            {"type":"object","properties":{"kind":{"const":"image"},"url":{"type":"string"},"width":{"type":"integer","minimum":1}},"required":["kind","url","width"],"additionalProperties":false}]}}
            """), "A page of texts and images in JSON:\n"),
        new("lines of text", () => new Grammar(GrammarNode.Repeat(GrammarNode.Sequence(
            GrammarNode.Text("- "), GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.Of('\n').Complement()), 1), GrammarNode.Text("\n")), 5, 10)), "Things to do:\n"),
        new("sentence of letters", () => new Grammar(GrammarNode.Sequence(
            GrammarNode.Repeat(GrammarNode.Sequence(GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.Of(('a', 'z'), ('A', 'Z'))), 1, 20), GrammarNode.Text(" ")), 30, 60), GrammarNode.Text("end."))), "Once upon a time"),
    ];

    private static string[] Adjectives => ["red", "green", "blue", "small", "large", "old", "new", "slow", "fast", "warm", "cold", "dark", "light", "heavy", "quiet", "loud", "sweet", "sour", "dry", "wet"];

    private static string[] Nouns => ["house", "river", "stone", "bird", "table", "cloud", "garden", "window", "bridge", "letter"];

    private static Grammar Schema(string text) => JsonSchemaGrammar.Create(JsonElement.Parse(text));
}

/// <summary>A grammar to measure.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Grammar">Makes it.</param>
/// <param name="Prompt">What the model goes on from.</param>
internal sealed record MaskCase(string Name, Func<Grammar> Grammar, string Prompt);
