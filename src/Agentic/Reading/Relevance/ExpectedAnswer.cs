using System.Text.RegularExpressions;

namespace Agentic.Reading.Relevance;

/// <summary>What kind of thing a question asks for, and whether a sentence holds one. English question words; other questions expect anything.</summary>
internal sealed partial class ExpectedAnswer
{
    private readonly Kind _kind;
    private readonly QuestionTerms _terms;

    /// <param name="question">The question.</param>
    /// <param name="terms">Its terms: a name that the question gives is not its answer.</param>
    public ExpectedAnswer(string question, QuestionTerms terms)
    {
        _terms = terms;
        _kind = DateQuestion().IsMatch(question) ? Kind.Date
            : NumberQuestion().IsMatch(question) ? Kind.Number
            : NameQuestion().IsMatch(question) ? Kind.Name
            : Kind.Anything;
    }

    private enum Kind
    {
        Anything,
        Date,
        Number,
        Name,
    }

    /// <summary>Whether a sentence holds something of the kind.</summary>
    public bool Fits(string sentence) => _kind switch
    {
        Kind.Date => Date().IsMatch(sentence),
        Kind.Number => Number().IsMatch(sentence),
        Kind.Name => Name().Matches(sentence).Any(m => _terms.Coverage(m.ValueSpan) == 0),
        _ => true,
    };

    [GeneratedRegex(@"\b(?:when|(?:what|which) (?:year|date|day|month))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DateQuestion();

    [GeneratedRegex(@"\bhow (?:many|much|long|old|far|tall|big|large|deep|high|fast|often|heavy)\b|\bwhat (?:number|percentage|percent|depth|age|amount|share)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberQuestion();

    [GeneratedRegex(@"\b(?:who|whom|whose|where)\b|\b(?:what|which) (?:country|city|town|state)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NameQuestion();

    [GeneratedRegex(@"\b\d{4}\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|\b\d{1,2}:\d\d\b|\bcentur", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(@"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|dozen)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // A capitalised word that begins no sentence.
    [GeneratedRegex(@"(?<!^)(?<![.!?]\s)\b\p{Lu}\p{L}+", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
