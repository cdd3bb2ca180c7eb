using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Keywords that hold under a condition, said as choices of which one option each must be met.</summary>
internal static class Conditions
{
    /// <summary>The choices of a schema; made once.</summary>
    /// <exception cref="JsonSchemaException">A condition cannot be negated.</exception>
    public static List<SchemaNode[]> Of(SchemaNode schema)
    {
        if (schema.Conditions is null)
        {
            var choices = new List<SchemaNode[]>();
            if (schema.Not is { } not)
            {
                choices.Add(Opposites.Of(not));
            }

            if (schema.If is { } condition && (schema.Then ?? schema.Else) is not null)
            {
                choices.Add([Both(schema, condition, schema.Then), Both(schema, Opposites.Not(condition), schema.Else)]);
            }

            // The property is missing, or it is there and so is what depends on it; both hold for all that is no object.
            choices.AddRange(schema.Dependent.Select(d => new[]
            {
                schema.Derive("dependentSchemas", node => Opposites.Forbid(node, d.Property)),
                schema.Derive("dependentSchemas", node => (node.Required, node.AllOf) = ([d.Property], [d.Demand])),
            }));
            schema.Conditions = choices;
        }

        return schema.Conditions;
    }

    private static SchemaNode Both(SchemaNode schema, SchemaNode one, SchemaNode? other) =>
        schema.Derive("allOf", node => node.AllOf = other is null ? [one] : [one, other]);
}
