using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>
/// What meets a schema's negation: a list of schemas of which one must be met, one for each keyword that may fail. A keyword that speaks of one
/// type only can fail only in values of that type.
/// </summary>
internal static class Opposites
{
    /// <summary>The list; made once for each schema, its parts no deeper than needed, so that recursive schemas have one too.</summary>
    /// <exception cref="JsonSchemaException">The schema has a keyword whose negation is not supported.</exception>
    public static SchemaNode[] Of(SchemaNode schema)
    {
        if (schema.Opposites is null)
        {
            SchemaNode[] list = schema.Never ? [schema.Derive("not", _ => { })] : [.. schema.Keywords.SelectMany(keyword => Of(schema, keyword))];
            schema.Opposites = list;
        }

        return schema.Opposites;
    }

    /// <summary>The schema that what does not meet another meets.</summary>
    public static SchemaNode Not(SchemaNode schema) => schema.Derive("not", node => node.Not = schema);

    private static SchemaNode[] Of(SchemaNode schema, string keyword)
    {
        switch (keyword)
        {
            case "type":
                return [schema.Derive(keyword, node => node.Types = JsonTypes.Any & ~schema.Types)];
            case "enum" or "const":
                int list = schema.Keywords.Where(name => name is "enum" or "const").ToList().IndexOf(keyword);
                return [schema.Derive(keyword, node => node.Forbidden = schema.Enums[list])];
            case "nullable":
                return [];
            case "minimum" or "exclusiveMinimum" when schema.Numbers.Low is { } low:
                return [Typed(schema, keyword, JsonTypes.Number, node => node.Numbers = NumberBounds.None.AtMost(low, !schema.Numbers.LowExcluded))];
            case "maximum" or "exclusiveMaximum" when schema.Numbers.High is { } high:
                return [Typed(schema, keyword, JsonTypes.Number, node => node.Numbers = NumberBounds.None.AtLeast(high, !schema.Numbers.HighExcluded))];
            case "minLength":
                return Below(schema, keyword, JsonTypes.String, schema.MinLength, (node, most) => node.MaxLength = most);
            case "maxLength":
                return [Typed(schema, keyword, JsonTypes.String, node => node.MinLength = schema.MaxLength!.Value + 1)];
            case "pattern":
                return [Typed(schema, keyword, JsonTypes.String, node => node.ForbiddenPattern = schema.Pattern)];
            case "minItems":
                return Below(schema, keyword, JsonTypes.Array, schema.MinItems, (node, most) => node.MaxItems = most);
            case "maxItems":
                return [Typed(schema, keyword, JsonTypes.Array, node => node.MinItems = schema.MaxItems!.Value + 1)];
            default:
                return OfObjects(schema, keyword);
        }
    }

    private static SchemaNode[] OfObjects(SchemaNode schema, string keyword)
    {
        switch (keyword)
        {
            case "required":
                return [.. schema.Required.Select(name => Typed(schema, keyword, JsonTypes.Object, node => Forbid(node, name)))];
            case "properties":
                return [.. schema.Properties!.Select(p => Typed(schema, keyword, JsonTypes.Object, node =>
                {
                    node.Required = [p.Key];
                    node.Properties = new(StringComparer.Ordinal) { [p.Key] = Not(p.Value) };
                }))];
            case "minProperties":
                return Below(schema, keyword, JsonTypes.Object, schema.MinProperties, (node, most) => node.MaxProperties = most);
            case "maxProperties":
                return [Typed(schema, keyword, JsonTypes.Object, node => node.MinProperties = schema.MaxProperties!.Value + 1)];
            case "$ref":
                return [Not(schema.Reference!)];
            case "not":
                return schema.Not is { } twice ? [twice] : [];
            case "allOf":
                return [.. schema.AllOf.Select(Not)];
            case "anyOf":
                return [schema.Derive("allOf", node => node.AllOf = [.. schema.AnyOf.Select(Not)])];
            case "oneOf":
                return [schema.Derive("allOf", node => node.AllOf = [.. Disjointness.Exclusive(schema).Select(Not)])];
            default:
                throw new JsonSchemaException(schema.Pointer, keyword, $"the negation of '{keyword}' is not supported ('not', 'if' and overlapping options of 'oneOf' need it).", "Write the allowed forms out as anyOf.");
        }
    }

    /// <summary>Makes a property impossible.</summary>
    public static void Forbid(SchemaNode node, string property) =>
        node.Properties = new(StringComparer.Ordinal) { [property] = node.Derive("not", never => never.Never = true) };

    private static SchemaNode Typed(SchemaNode schema, string keyword, JsonTypes type, Action<SchemaNode> fill) => schema.Derive(keyword, node =>
    {
        node.Types = type;
        fill(node);
    });

    private static SchemaNode[] Below(SchemaNode schema, string keyword, JsonTypes type, long least, Action<SchemaNode, long> fill) =>
        least == 0 ? [] : [Typed(schema, keyword, type, node => fill(node, least - 1))];
}
