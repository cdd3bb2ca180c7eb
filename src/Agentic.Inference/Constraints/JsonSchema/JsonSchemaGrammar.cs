using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Compiling;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema;

/// <summary>
/// JSON Schema (draft 2020-12, 2019-09, draft-07, draft-06) as a grammar: every word of the grammar is a JSON text that the schema accepts.
/// </summary>
/// <remarks>
/// The converse does not hold, by choice: properties come in declared order, undeclared ones only where <c>additionalProperties</c> or the
/// absence of <c>properties</c> asks for them, numbers without exponent and with at most 15 digits before and 10 after the point, white space of
/// at most 20 characters between tokens. What a schema demands and the grammar cannot promise is refused by name, never ignored.
/// </remarks>
public static class JsonSchemaGrammar
{
    /// <summary>Makes the grammar of a schema.</summary>
    /// <param name="schema">The schema: an object or a boolean.</param>
    /// <exception cref="JsonSchemaException">A keyword is not supported or wrong, or no value meets the schema.</exception>
    /// <exception cref="GrammarException">The grammar becomes too large.</exception>
    public static Grammar Create(JsonElement schema)
    {
        SchemaNode root = SchemaReader.Read(schema);
        return new SchemaCompiler().Compile(root);
    }
}
