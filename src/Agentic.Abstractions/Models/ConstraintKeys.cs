using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>
/// Keys of <see cref="ChatOptions.AdditionalProperties"/> that hold a reply to a form other than JSON. They exclude each other, a response format of JSON
/// and <see cref="SamplingKeys.ReplyStart"/>. A client that cannot promise the form refuses the call.
/// </summary>
public static class ConstraintKeys
{
    /// <summary>A regular expression that the whole reply must match, a <see cref="string"/>: syntax of ECMA-262, without what is not regular.</summary>
    public const string Regex = "agentic.regex";

    /// <summary>Texts of which the reply must be one, an <c>IEnumerable&lt;string&gt;</c>; none empty.</summary>
    public const string Choices = "agentic.choices";

    /// <summary>A grammar in GBNF, the notation of llama.cpp, whose rule <c>root</c> the whole reply must match, a <see cref="string"/>.</summary>
    public const string Gbnf = "agentic.gbnf";
}
