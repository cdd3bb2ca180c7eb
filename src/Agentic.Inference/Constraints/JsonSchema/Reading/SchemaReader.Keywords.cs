using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Compiling;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <content>What each keyword means.</content>
internal sealed partial class SchemaReader
{
    private void ReadKeyword(in Keyword keyword)
    {
        SchemaNode node = keyword.Node;
        if (!SchemaKeywords.IsSilent(keyword.Name))
        {
            node.Keywords.Add(keyword.Name);
        }

        switch (keyword.Name)
        {
            case "$schema":
                CheckDraft(keyword);
                break;
            case "$id":
                CheckId(keyword);
                break;
            case "$ref":
                node.Reference = Target(keyword);
                break;
            case "type":
                node.Types = ReadTypes(keyword);
                break;
            case "enum":
                node.Enums.Add(EnumValues(keyword));
                break;
            case "const":
                node.Enums.Add([CheckedConstant(keyword, keyword.Value, 0)]);
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf":
                node.Numbers = ReadBound(keyword);
                break;
            case "minLength":
                node.MinLength = Count(keyword);
                break;
            case "maxLength":
                node.MaxLength = Count(keyword);
                break;
            case "pattern":
                node.Pattern = Text(keyword);
                break;
            case "format":
                node.Format = FormatNamed(keyword);
                break;
            case "contentEncoding":
                node.Encoding = Text(keyword);
                break;
            case "nullable":
                node.Nullable = Flag(keyword);
                break;
            case "allOf":
                node.AllOf = Children(keyword);
                break;
            case "anyOf":
                node.AnyOf = Children(keyword);
                break;
            case "oneOf":
                node.OneOf = Children(keyword);
                break;
            case "not":
                node.Not = Child(keyword);
                break;
            case "if":
                node.If = Child(keyword);
                node.Then = Beside(keyword, "then");
                node.Else = Beside(keyword, "else");
                break;
            default:
                ReadArrayKeyword(keyword);
                break;
        }
    }

    private void ReadArrayKeyword(in Keyword keyword)
    {
        SchemaNode node = keyword.Node;
        switch (keyword.Name)
        {
            case "prefixItems":
                node.PrefixItems = Children(keyword);
                break;
            case "items" when keyword.Value.ValueKind == JsonValueKind.Array:
                ReadTuple(keyword);
                break;
            case "items":
                node.Items = Child(keyword);
                break;
            case "additionalItems":
                ReadAdditionalItems(keyword);
                break;
            case "minItems":
                node.MinItems = Count(keyword);
                break;
            case "maxItems":
                node.MaxItems = Count(keyword);
                break;
            case "uniqueItems":
                node.UniqueItems = Flag(keyword);
                break;
            case "contains":
                node.Contains = Child(keyword);
                node.MinContains = keyword.Schema.TryGetProperty("minContains", out JsonElement least) ? Count(keyword with { Name = "minContains", Value = least }) : 1;
                break;
            case "unevaluatedItems":
                node.OnlyStatedItems = Closes(keyword);
                break;
            default:
                ReadObjectKeyword(keyword);
                break;
        }
    }

    private void ReadObjectKeyword(in Keyword keyword)
    {
        SchemaNode node = keyword.Node;
        switch (keyword.Name)
        {
            case "properties":
                ReadProperties(keyword);
                break;
            case "patternProperties":
                node.PatternProperties = [.. NamedChildren(keyword)];
                break;
            case "required":
                node.Required = Names(keyword);
                break;
            case "additionalProperties":
                node.AdditionalProperties = Child(keyword);
                break;
            case "propertyNames":
                node.PropertyNames = Child(keyword);
                break;
            case "minProperties":
                node.MinProperties = Count(keyword);
                break;
            case "maxProperties":
                node.MaxProperties = Count(keyword);
                break;
            case "unevaluatedProperties":
                node.OnlyStatedProperties = Closes(keyword);
                break;
            case "dependentRequired" or "dependentSchemas" or "dependencies":
                ReadDependent(keyword);
                break;
            case var name when SchemaKeywords.IsSilent(name):
                break;
            default:
                throw Refused(node, keyword.Name, "is not supported.", SchemaHints.For(keyword.Name));
        }
    }

    private SchemaNode? Beside(in Keyword keyword, string name) =>
        keyword.Schema.TryGetProperty(name, out JsonElement value) ? At(JsonPointers.Append(keyword.Node.Pointer, name), value) : null;

    // Either names or a schema, whatever the spelling; the older keyword has both.
    private void ReadDependent(in Keyword keyword)
    {
        if (keyword.Value.ValueKind != JsonValueKind.Object)
        {
            throw Refused(keyword.Node, keyword.Name, "must be an object.");
        }

        string pointer = JsonPointers.Append(keyword.Node.Pointer, keyword.Name);
        foreach (JsonProperty property in keyword.Value.EnumerateObject())
        {
            string name = WellFormed(keyword, property.Name);
            bool names = keyword.Name == "dependentRequired" || (keyword.Name == "dependencies" && property.Value.ValueKind == JsonValueKind.Array);
            string[] needed = names ? Names(keyword with { Value = property.Value }) : [];
            SchemaNode demand = names
                ? keyword.Node.Derive("required", node => node.Required = needed)
                : At(JsonPointers.Append(pointer, name), property.Value);
            keyword.Node.Dependent.Add((name, demand));
        }
    }

    private static string FormatNamed(in Keyword keyword)
    {
        string format = Text(keyword);
        return StringFormats.Names.Concat(NumberFormats.Names).Contains(format, StringComparer.Ordinal) ? format
            : throw Refused(keyword.Node, keyword.Name, $"'{JsonSchemaException.Shown(format)}' is not supported.", $"Supported are {string.Join(", ", StringFormats.Names.Concat(NumberFormats.Names))}; 'pattern' can say what others look like.");
    }

    private static bool Closes(in Keyword keyword) => keyword.Value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.True => false,
        _ => throw Refused(keyword.Node, keyword.Name, "is supported as true or false only.", SchemaHints.For(keyword.Name)),
    };

    private void ReadProperties(in Keyword keyword)
    {
        SchemaNode node = keyword.Node;
        List<(string Name, SchemaNode Schema)> properties = NamedChildren(keyword);
        node.Properties = properties.ToDictionary(p => p.Name, p => p.Schema, StringComparer.Ordinal);
        node.DeclaresProperties = true;
        node.PropertyOrder.AddRange(properties.Select(p => p.Name));
    }

    // The spelling of draft-07 for prefixItems and items.
    private void ReadTuple(in Keyword keyword)
    {
        if (keyword.Schema.TryGetProperty("prefixItems", out _))
        {
            throw Refused(keyword.Node, "items", "is a list beside 'prefixItems'.", "Use 'prefixItems' for the first items and one schema in 'items' for the others.");
        }

        keyword.Node.PrefixItems = keyword.Value.GetArrayLength() == 0 ? [] : Children(keyword);
    }

    private void ReadAdditionalItems(in Keyword keyword)
    {
        if (!keyword.Schema.TryGetProperty("items", out JsonElement items) || items.ValueKind != JsonValueKind.Array)
        {
            throw Refused(keyword.Node, keyword.Name, "means something only beside a list in 'items'.", "Use 'items', or 'prefixItems' and 'items'.");
        }

        keyword.Node.Items = Child(keyword);
    }

    private static NumberBounds ReadBound(in Keyword keyword)
    {
        NumberBounds bounds = keyword.Node.Numbers;
        ExactDecimal value = Number(keyword);
        return keyword.Name switch
        {
            "minimum" => bounds.AtLeast(value, false),
            "exclusiveMinimum" => bounds.AtLeast(value, true),
            "maximum" => bounds.AtMost(value, false),
            "exclusiveMaximum" => bounds.AtMost(value, true),
            _ => value.Mantissa.Sign > 0 ? bounds with { MultipleOf = value } : throw Refused(keyword.Node, keyword.Name, "must be greater than 0."),
        };
    }

    private static void CheckDraft(in Keyword keyword)
    {
        string draft = Text(keyword).TrimEnd('#');
        if (!SchemaHints.Drafts.Contains(draft, StringComparer.Ordinal))
        {
            throw Refused(keyword.Node, keyword.Name, $"names a dialect that is not supported: '{JsonSchemaException.Shown(draft)}'.", "Use draft 2020-12 or draft-07.");
        }
    }

    // An identifier below the root would change what '#' means there.
    private void CheckId(in Keyword keyword)
    {
        if (keyword.Node.Pointer.Length > 0 && Text(keyword).TrimEnd('#') != _rootId)
        {
            throw Refused(keyword.Node, keyword.Name, "is supported at the root only.", "Remove it and refer to the place by its JSON pointer.");
        }
    }

    private SchemaNode Target(in Keyword keyword)
    {
        string reference = Text(keyword);
        int hash = reference.IndexOf('#', StringComparison.Ordinal);
        string document = hash < 0 ? reference : reference[..hash];
        string? pointer = document.Length == 0 || document == _rootId ? JsonPointers.FromFragment(hash < 0 ? "" : reference[(hash + 1)..]) : null;
        if (pointer is null)
        {
            throw Refused(keyword.Node, keyword.Name, $"leads out of this schema or to an anchor: '{JsonSchemaException.Shown(reference)}'.", "Copy what it names into '$defs' and refer to it as '#/$defs/NAME'.");
        }

        return JsonPointers.TryFollow(_root, pointer, out JsonElement target)
            ? At(pointer, target)
            : throw Refused(keyword.Node, keyword.Name, $"leads nowhere: '{JsonSchemaException.Shown(reference)}'.");
    }
}
