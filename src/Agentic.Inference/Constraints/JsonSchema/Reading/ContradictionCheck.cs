namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>Refuses a schema object whose own keywords exclude each other.</summary>
internal static class ContradictionCheck
{
    public static void Refuse(SchemaNode node)
    {
        if (node.Numbers.Contradictory)
        {
            throw new JsonSchemaException(node.Pointer, "minimum", $"no number is from {node.Numbers.Low} to {node.Numbers.High}{(node.Numbers.LowExcluded || node.Numbers.HighExcluded ? " with an excluded limit" : "")}.", "Correct minimum or maximum.");
        }

        RefuseIf(node, node.MinLength > node.MaxLength, "minLength", "maxLength");
        RefuseIf(node, node.MinItems > node.MaxItems, "minItems", "maxItems");
        RefuseIf(node, node.MinProperties > node.MaxProperties, "minProperties", "maxProperties");
        RefuseIf(node, node.Required.Length > node.MaxProperties, "required", "maxProperties");
    }

    private static void RefuseIf(SchemaNode node, bool contradiction, string keyword, string against)
    {
        if (contradiction)
        {
            throw new JsonSchemaException(node.Pointer, keyword, $"'{keyword}' demands more than '{against}' allows.", $"Correct {keyword} or {against}.");
        }
    }
}
