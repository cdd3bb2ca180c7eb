using System.Text.Json;
using System.Text.RegularExpressions;
using Agentic.Inference.Constraints.JsonSchema;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.JsonSchema;

/// <summary>The table of keywords in the documentation says what the reader does.</summary>
public sealed partial class KeywordTableTests
{
    // A value for each keyword that the documentation calls honoured.
    private static readonly Dictionary<string, string> Samples = new(StringComparer.Ordinal)
    {
        ["type"] = "\"string\"",
        ["enum"] = "[1]",
        ["const"] = "1",
        ["nullable"] = "true",
        ["minimum"] = "1",
        ["maximum"] = "1",
        ["exclusiveMinimum"] = "1",
        ["exclusiveMaximum"] = "1",
        ["multipleOf"] = "2",
        ["format"] = "\"date\"",
        ["minLength"] = "1",
        ["maxLength"] = "1",
        ["pattern"] = "\"a\"",
        ["contentEncoding"] = "\"base64\"",
        ["properties"] = "{}",
        ["required"] = "[\"a\"]",
        ["additionalProperties"] = "{}",
        ["patternProperties"] = "{}",
        ["propertyNames"] = "{}",
        ["minProperties"] = "1",
        ["maxProperties"] = "1",
        ["dependentRequired"] = "{}",
        ["dependentSchemas"] = "{}",
        ["dependencies"] = "{}",
        ["unevaluatedProperties"] = "false",
        ["items"] = "{}",
        ["prefixItems"] = "[{}]",
        ["minItems"] = "1",
        ["maxItems"] = "1",
        ["uniqueItems"] = "false",
        ["contains"] = "{}",
        ["unevaluatedItems"] = "false",
        ["allOf"] = "[{}]",
        ["anyOf"] = "[{}]",
        ["oneOf"] = "[{}]",
        ["$ref"] = "\"#/$defs/a\"",
        ["if"] = "{}",
        ["not"] = "{\"type\":\"null\"}",
    };

    // Keywords that mean something only beside others.
    private static readonly Dictionary<string, string> Beside = new(StringComparer.Ordinal)
    {
        ["additionalItems"] = "{\"items\":[{}],\"additionalItems\":{}}",
        ["minContains"] = "{\"contains\":{},\"minContains\":2}",
        ["then"] = "{\"if\":{},\"then\":{}}",
        ["else"] = "{\"if\":{},\"else\":{}}",
    };

    [Fact]
    public void Table_EveryHonouredKeyword_IsRead()
    {
        string[] named = [.. Rows(row => row is not ("no meaning, passed over" or "refused by name, with its place"))];
        Assert.Equal(Samples.Keys.Concat(Beside.Keys).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        foreach ((string keyword, string sample) in Samples)
        {
            JsonSchemaGrammar.Create(JsonElement.Parse($"{{\"{keyword}\":{sample},\"$defs\":{{\"a\":{{}}}}}}"));
        }

        foreach (string schema in Beside.Values)
        {
            JsonSchemaGrammar.Create(JsonElement.Parse(schema));
        }
    }

    [Fact]
    public void Table_EveryKeywordWithoutMeaning_IsPassedOver()
    {
        foreach (string keyword in Rows(row => row == "no meaning, passed over").Where(name => name[0] != '$' && name != "x-"))
        {
            JsonSchemaGrammar.Create(JsonElement.Parse($"{{\"{keyword}\":[1],\"x-any\":1}}"));
        }
    }

    [Fact]
    public void Table_EveryRefusedKeyword_IsRefused()
    {
        foreach (string keyword in Rows(row => row == "refused by name, with its place").Where(name => !Samples.ContainsKey(name)))
        {
            Assert.Equal(keyword, Assert.Throws<JsonSchemaException>(() => JsonSchemaGrammar.Create(JsonElement.Parse($"{{\"{keyword}\":1}}"))).Keyword);
        }
    }

    [Fact]
    public void Formats_ThatAreListed_AreSupported()
    {
        string text = File.ReadAllText(Document());
        string listed = text[text.IndexOf("Formats of strings: ", StringComparison.Ordinal)..];
        string[] formats = [.. FormatName().Matches(listed[..listed.IndexOf(" leave the text free", StringComparison.Ordinal)]["Formats of strings: ".Length..]).Select(match => match.Value).Where(word => word is not ("base64" or "and"))];
        Assert.Contains("date-time", formats);
        Assert.All(formats, format => JsonSchemaGrammar.Create(JsonElement.Parse($"{{\"type\":\"string\",\"format\":\"{format}\"}}")));
        JsonSchemaException refusal = Assert.Throws<JsonSchemaException>(() => JsonSchemaGrammar.Create(JsonElement.Parse("{\"type\":\"string\",\"format\":\"?\"}")));
        Assert.All(formats, format => Assert.Contains(format, refusal.Hint, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Rows(Predicate<string> row) => File.ReadLines(Document()).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SkipWhile(line => !line.StartsWith("| values", StringComparison.Ordinal))
        .Where(line => row(line.Split('|')[1].Trim()))
        .SelectMany(line => Quoted().Matches(line.Split('|')[2]).Select(match => match.Groups[1].Value)).Distinct(StringComparer.Ordinal);

    private static string Document()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Agentic.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "docs", "structured-output.md");
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("[a-z0-9-]+")]
    private static partial Regex FormatName();
}
