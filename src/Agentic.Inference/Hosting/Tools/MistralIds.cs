using System.Security.Cryptography;
using System.Text;
using Agentic.Inference.Constraints;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Ids of calls as Mistral's templates demand them: nine letters and digits.</summary>
internal static class MistralIds
{
    private const int Length = 9;
    private const string Symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static GrammarNode Grammar { get; } = GrammarNode.Repeat(GrammarNode.CodePoint(CodePointSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z'))), Length, Length);

    public static string New() => Random.Shared.GetString(Symbols, Length);

    /// <summary>The id itself or, where it has another form, one made of it: the same for the same id.</summary>
    public static string Fit(string id) => id.Length == Length && id.All(char.IsAsciiLetterOrDigit)
        ? id
        : string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(id)).Take(Length).Select(value => Symbols[value % Symbols.Length]));
}
