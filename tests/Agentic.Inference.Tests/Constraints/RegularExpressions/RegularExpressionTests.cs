using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.RegularExpressions;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.RegularExpressions;

public sealed class RegularExpressionTests
{
    [Fact]
    public void Matches_RandomPatterns_AgreesWithDotNet()
    {
        var random = new Random(20);
        var maker = new PatternMaker(random);
        int matches = 0, texts = 0;
        for (int i = 0; i < 2000; i++)
        {
            PatternMaker.Pattern pattern = maker.Make();
            RegularExpression whole = RegularExpression.Whole(pattern.Ours), search = RegularExpression.Search(pattern.Ours);
            var netWhole = new Regex($"\\A(?:{pattern.Net})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            var netSearch = new Regex(pattern.Net, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            foreach (string text in maker.Texts(pattern))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                bool expected = netWhole.IsMatch(text);
                Assert.True(expected == whole.Automaton.Matches(bytes), $"whole match of '{pattern.Ours}' on '{text}': .NET says {expected}");
                expected = netSearch.IsMatch(text);
                Assert.True(expected == search.Automaton.Matches(bytes), $"search of '{pattern.Ours}' in '{text}': .NET says {expected}");
                matches += expected ? 1 : 0;
                texts++;
            }
        }

        Assert.InRange(matches, texts / 4, texts * 3 / 4);
    }

    [Theory]
    [InlineData("\\d", "٣", false)] // .NET: true
    [InlineData("\\w", "é", false)] // .NET: true
    [InlineData("\\s", "\ufeff", true)] // .NET: false
    [InlineData(".", "\r", false)] // .NET: true
    [InlineData(".", "😀", true)] // .NET: two units
    [InlineData("a$", "a\n", false)] // .NET: true
    [InlineData("[^]", "\n", true)]
    [InlineData("[]|a", "a", true)]
    [InlineData("[\\w-.]", "-", true)]
    [InlineData("a{", "a{", true)]
    [InlineData("a{x}", "a{x}", true)]
    [InlineData("]}", "]}", true)]
    [InlineData("\\uD83D\\uDE00", "😀", true)]
    [InlineData("\\u{1F600}\\cJ\\0\\/", "😀\n\0/", true)]
    [InlineData("[\\b]", "\b", true)]
    [InlineData("\\p{Letter}\\P{gc=Nd}\\p{General_Category=Uppercase_Letter}", "éxÄ", true)]
    [InlineData("\\p{ASCII}\\p{Any}\\p{Sc}", "a\u0301€", true)]
    [InlineData("[^\\P{Lu}]", "a", false)]
    [InlineData("(?<year>\\d{4})-(?P<m>\\d\\d)", "2024-05", true)]
    [InlineData("(^a|b$)", "a", true)]
    [InlineData("(^)?(a($))", "a", true)]
    [InlineData("^^a$$", "a", true)]
    [InlineData("", "", true)]
    [InlineData("(|a)+", "aaa", true)]
    public void Whole_OfEcmaSyntax_MeansWhatEcmaSays(string pattern, string text, bool expected) =>
        Assert.Equal(expected, RegularExpression.Whole(pattern).Automaton.Matches(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("b", "abc", true)]
    [InlineData("^b", "abc", false)]
    [InlineData("^a|c$", "abb", true)]
    [InlineData("^a|c$", "bbc", true)]
    [InlineData("^a|c$", "bab", false)]
    [InlineData("^(a|b$)", "bb", false)]
    [InlineData("(^|,)b(,|$)", "a,b", true)]
    [InlineData("(^|,)b(,|$)", "a,bc", false)]
    [InlineData("(?:^x)?b", "ab", true)]
    [InlineData("^$", "", true)]
    [InlineData("^$", "a", false)]
    [InlineData("$", "a\nb", true)]
    public void Search_WithAnchors_LooksThere(string pattern, string text, bool expected) =>
        Assert.Equal(expected, RegularExpression.Search(pattern).Automaton.Matches(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("(a)\\1", "Backreferences", 4)]
    [InlineData("(?<n>a)\\k<n>", "Backreferences", 8)]
    [InlineData("a(?=b)", "Lookahead", 2)]
    [InlineData("(?!b)", "Lookahead", 1)]
    [InlineData("(?<=b)c", "Lookbehind", 1)]
    [InlineData("(?<!b)c", "Lookbehind", 1)]
    [InlineData("a++", "Possessive", 3)]
    [InlineData("a{2}+", "Possessive", 5)]
    [InlineData("(?>a)", "atomic", 1)]
    [InlineData("(?(a)b|c)", "conditional", 1)]
    [InlineData("é\\bé", "word boundary \\b", 2)]
    [InlineData("\\B", "word boundary \\B", 1)]
    [InlineData("(?i)a", "flags", 1)]
    [InlineData("(?-i:a)", "flags", 1)]
    [InlineData("(?#x)", "comment", 1)]
    [InlineData("(?R)", "recursive", 1)]
    [InlineData("\\Aa", "anchor \\A", 1)]
    [InlineData("a^b", "'^' stands inside|^ stands inside", 2)]
    [InlineData("a$b", "$ stands inside", 2)]
    [InlineData("(^a)+", "cannot be repeated", 5)]
    [InlineData("^*", "cannot follow", 2)]
    [InlineData("*a", "nothing to repeat", 1)]
    [InlineData("a**", "nothing to repeat", 3)]
    [InlineData("{2}", "nothing to repeat", 1)]
    [InlineData("a{3,2}", "wrong way round", 2)]
    [InlineData("a{,2}", "{0,2}", 2)]
    [InlineData("[b-a]", "wrong way round", 2)]
    [InlineData("[a", "not closed", 1)]
    [InlineData("(a", "not closed", 1)]
    [InlineData("a)", "closes no group", 2)]
    [InlineData("a\\", "ends in a backslash", 2)]
    [InlineData("\\y", "\\y is not known", 1)]
    [InlineData("\\07", "Octal", 1)]
    [InlineData("\\xg0", "two hexadecimal", 1)]
    [InlineData("\\u12", "four hexadecimal", 1)]
    [InlineData("\\u{110000}", "hexadecimal number of a character", 1)]
    [InlineData("\\ud800", "half a surrogate", 1)]
    [InlineData("\\p{Script=Latin}", "'Script=Latin'", 1)]
    [InlineData("\\pL", "in braces", 1)]
    [InlineData("[[:alpha:]]", "POSIX", 2)]
    [InlineData("[a-z-[aeiou]]", "Subtraction", 5)]
    [InlineData("[\\w-[aeiou]]", "Subtraction", 4)]
    public void Whole_OfWhatIsNotSupported_IsRefusedByNameAndPlace(string pattern, string name, int column)
    {
        var error = Assert.Throws<GrammarException>(() => RegularExpression.Whole(pattern));
        string said = $"{error.Message} {error.Hint}";
        Assert.Contains(name.Split('|'), part => said.Contains(part, StringComparison.Ordinal));
        Assert.Equal((1, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("(a{1000}){1000}")]
    [InlineData("((((a{99}){99}){99}){99}){99}")]
    [InlineData("(a?){2147483647}")]
    [InlineData("(\\p{L}{1000}){1000}")]
    public void Whole_OfHugeRepeats_IsRefused(string pattern) =>
        Assert.Contains("states", Assert.Throws<GrammarException>(() => RegularExpression.Whole(pattern)).Message);

    [Theory]
    [InlineData("[ab]*a[ab]{3000}", "more than 50000 states")]
    [InlineData("(.{0,300}a){3}", "more than 50000 states")]
    [InlineData("(a?){10000}", "too ambiguous")]
    public void Automaton_ThatWouldBeHuge_IsRefused(string pattern, string problem) =>
        Assert.Contains(problem, Assert.Throws<GrammarException>(() => RegularExpression.Whole(pattern).Automaton).Message);

    [Fact]
    public void Automaton_OfLongRepeat_IsMinimalInTime()
    {
        var clock = Stopwatch.StartNew();
        ByteAutomaton automaton = RegularExpression.Whole("a{40000}").Automaton;
        Assert.Equal(40_001, automaton.StateCount);
        Assert.True(automaton.Matches(Encoding.UTF8.GetBytes(new string('a', 40_000))));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10)); // a second at most; hours when states are told apart one a round
    }

    [Fact]
    public void Automaton_OfAmbiguousPatterns_IsSmall()
    {
        var clock = Stopwatch.StartNew();
        ByteAutomaton automaton = RegularExpression.Search("^(x+x+)+y$").Automaton;
        Assert.True(automaton.StateCount <= 4);
        Assert.False(automaton.Matches(Encoding.UTF8.GetBytes(new string('x', 1_000_000))));
        Assert.True(RegularExpression.Whole("(a|a)*(a*)*b").Automaton.StateCount <= 2);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(1, RegularExpression.Whole("((|)()){99999999999999}").Automaton.StateCount);
        Assert.True(RegularExpression.Whole("[]{99999999999999}").Automaton.IsEmpty);
        Assert.Equal(2, Assert.Throws<GrammarException>(() => RegularExpression.Whole("a" + '\ud800')).Column);
        Assert.Throws<GrammarException>(() => RegularExpression.Whole(new string('(', 300)));
        Assert.Throws<GrammarException>(() => RegularExpression.Whole(new string('a', 30_000)));
    }
}
