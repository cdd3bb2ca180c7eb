using System.Text.Json;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <content>Values of keywords, checked.</content>
internal sealed partial class SchemaReader
{
    private const int MaxConstantDepth = 60;

    private static string Text(in Keyword keyword) => keyword.Value.ValueKind == JsonValueKind.String
        ? WellFormed(keyword, keyword.Value)
        : throw Refused(keyword.Node, keyword.Name, $"must be a string, not {Kind(keyword.Value)}.");

    private static bool Flag(in Keyword keyword) => keyword.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? keyword.Value.ValueKind == JsonValueKind.True
        : throw Refused(keyword.Node, keyword.Name, $"must be true or false, not {Kind(keyword.Value)}.");

    private static ExactDecimal Number(in Keyword keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.Number)
        {
            throw Refused(keyword.Node, keyword.Name, $"must be a number, not {Kind(keyword.Value)}.", SchemaHints.For(keyword.Name));
        }

        return ExactDecimal.TryParse(keyword.Value.GetRawText(), out ExactDecimal value)
            ? value
            : throw Refused(keyword.Node, keyword.Name, "has too many digits or too large an exponent.");
    }

    // A whole number from 0; what is beyond counting is as good as the largest that can be counted.
    private static long Count(in Keyword keyword)
    {
        ExactDecimal value = Number(keyword);
        return value.IsInteger && value.Mantissa.Sign >= 0
            ? (long)System.Numerics.BigInteger.Min(value.Mantissa, long.MaxValue)
            : throw Refused(keyword.Node, keyword.Name, "must be a whole number from 0.");
    }

    private static string[] Names(in Keyword keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.Array || keyword.Value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
        {
            throw Refused(keyword.Node, keyword.Name, "must be a list of strings.");
        }

        var names = new List<string>();
        foreach (JsonElement name in keyword.Value.EnumerateArray())
        {
            names.Add(WellFormed(keyword, name));
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static JsonTypes ReadTypes(in Keyword keyword)
    {
        JsonElement value = keyword.Value;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            JsonTypes types = JsonTypes.None;
            foreach (JsonElement name in value.EnumerateArray())
            {
                types |= TypeNamed(keyword, name);
            }

            return types;
        }

        return TypeNamed(keyword, value);
    }

    private static JsonTypes TypeNamed(in Keyword keyword, JsonElement name) => (name.ValueKind == JsonValueKind.String ? WellFormed(keyword, name) : null) switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "integer" => JsonTypes.Integer,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "array" => JsonTypes.Array,
        "object" => JsonTypes.Object,
        _ => throw Refused(keyword.Node, keyword.Name, "must name types: null, boolean, integer, number, string, array, object."),
    };

    private static JsonElement[] EnumValues(in Keyword keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.Array || keyword.Value.GetArrayLength() == 0)
        {
            throw Refused(keyword.Node, keyword.Name, "must be a list of at least one value.");
        }

        var values = new List<JsonElement>();
        foreach (JsonElement value in keyword.Value.EnumerateArray())
        {
            values.Add(CheckedConstant(keyword, value, 0));
        }

        return [.. values];
    }

    // A constant must be writable: no lone surrogates, no name twice, numbers that can be compared.
    private static JsonElement CheckedConstant(in Keyword keyword, JsonElement value, int depth)
    {
        if (depth > MaxConstantDepth)
        {
            throw Refused(keyword.Node, keyword.Name, $"holds a value that is nested more than {MaxConstantDepth} deep.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                WellFormed(keyword, value);
                break;
            case JsonValueKind.Number when !ExactDecimal.TryParse(value.GetRawText(), out _):
                throw Refused(keyword.Node, keyword.Name, "holds a number of too many digits or too large an exponent.");
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    CheckedConstant(keyword, item, depth + 1);
                }

                break;
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (!names.Add(WellFormed(keyword, property.Name)))
                    {
                        throw Refused(keyword.Node, keyword.Name, "holds an object that has a name twice.");
                    }

                    CheckedConstant(keyword, property.Value, depth + 1);
                }

                break;
        }

        return value;
    }

    private static string WellFormed(in Keyword keyword, JsonElement text)
    {
        try
        {
            return WellFormed(keyword, text.GetString()!);
        }
        catch (InvalidOperationException)
        {
            throw Refused(keyword.Node, keyword.Name, "holds half of a surrogate pair.");
        }
    }

    private static string WellFormed(in Keyword keyword, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]) || i++ < 0))
            {
                throw Refused(keyword.Node, keyword.Name, "holds half of a surrogate pair.");
            }
        }

        return text;
    }
}
