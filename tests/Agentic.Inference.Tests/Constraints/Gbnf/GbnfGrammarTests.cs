using System.Text;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.Gbnf;
using Agentic.Inference.Tests.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Constraints.Gbnf;

[Collection(EmbeddedModelTests.Name)]
public sealed class GbnfGrammarTests(EmbeddedModel model)
{
    [Theory]
    [MemberData(nameof(Samples.Words), MemberType = typeof(Samples))]
    public void Parse_SampleGrammar_HasItsWords(string name, string grammar, string text, bool expected) =>
        Assert.True(expected == IsWord(grammar, text), $"{name}: '{text}'");

    [Theory]
    [InlineData("root ::= \"a\" \"b\"* [cd]+ .?", "abbcdé", true)]
    [InlineData("root ::= \"ab\"{2}", "abab", true)] // the whole literal
    [InlineData("root ::= \"ab\"{2}", "abb", false)]
    [InlineData("root ::= [a-c]{ 2 , 3 }", "abc", true)]
    [InlineData("root ::= [a-c]{2,3}", "abca", false)]
    [InlineData("root ::= [a-c]{2,}", "abcabcabc", true)]
    [InlineData("root ::= \"a\"*?+", "aaa", true)]
    [InlineData("root ::= [a-]+", "-a-", true)]
    [InlineData("root ::= [\\]\\[^]+", "^][", true)]
    [InlineData("root ::= [^]", "\n", true)]
    [InlineData("root ::= .", "\n", true)]
    [InlineData("root ::= \"\\x41\\u00e9\\U0001F600\\\"\\\\\\[\\]\\t\\r\\n\"", "Aé😀\"\\[]\t\r\n", true)]
    [InlineData("\ufeffroot::=a|b\r\n\r\na::=\"x\"#c\r\nb ::=\"y\"# \"", "y", true)]
    [InlineData("root ::= a b\na ::=\nb ::= \"x\" |\n", "x", true)]
    [InlineData("root ::= (\n  \"a\"\n  # between\n  | \"b\"\n)*\n", "abab", true)]
    [InlineData("root ::= \"a\"\n     | \"b\" # other\n\n     | \"c\"\nx ::= root", "c", true)]
    [InlineData("root ::= my-rule_2\nmy-rule_2 ::= \"x\"", "x", true)]
    [InlineData("root ::= (\"\"{100000}){100000} \"x\"", "x", true)]
    public void Parse_OfSyntax_MeansWhatItSays(string grammar, string text, bool expected) => Assert.Equal(expected, IsWord(grammar, text));

    [Theory]
    [InlineData("root ::= a\nb ::= \"x\"", "'a' is not defined", 1, 10)]
    [InlineData("a ::= \"x\"", "no rule 'root'", null, null)]
    [InlineData("", "no rule 'root'", null, null)]
    [InlineData("root ::= \"x\"\nroot ::= \"y\"", "defined twice", 2, 1)]
    [InlineData("root = \"x\"", "comes ::=, not '='", 1, 6)]
    [InlineData("root ::= \"x\n", "literal is not closed", 1, 10)]
    [InlineData("root ::= [a\n", "class is not closed", 1, 10)]
    [InlineData("root ::= (\"a\"\n", "group is not closed", 1, 10)]
    [InlineData("root ::= \"a\")", "')' cannot stand here", 1, 13)]
    [InlineData("root ::= (\"a\"; \"b\")", "';' cannot stand in a group", 1, 14)]
    [InlineData("root ::= \"a\"\n\"b\"", "begins with its name, not with '\"'", 2, 1)]
    [InlineData("root ::= \"a\"\n  b", "comes ::=, not the end", 2, 4)]
    [InlineData("root ::= (\"a\"\nb ::= \"c\")", "'b' begins inside", 2, 1)]
    [InlineData("root ::= \"a\" b ::= \"c\"", "'b' begins inside", 1, 14)]
    [InlineData("root ::= *", "'*' has nothing to repeat", 1, 10)]
    [InlineData("root ::= \"a\" | {2}", "'{' has nothing to repeat", 1, 16)]
    [InlineData("root ::= \"a\"{,2}", "{m}, {m,} or {m,n}", 1, 13)]
    [InlineData("root ::= \"a\"{2,1}", "wrong way round", 1, 13)]
    [InlineData("root ::= \"a\"{2,100001}", "more than 100000", 1, 13)]
    [InlineData("root ::= \"a\"{9999999999999}", "more than 100000", 1, 13)]
    [InlineData("root ::= \"é\\q\"", "\\q is not known", 1, 12)]
    [InlineData("root ::= \"\\", "is not known", 1, 11)]
    [InlineData("root ::= \"\\x4\"", "2 hexadecimal digits", 1, 11)]
    [InlineData("root ::= \"\\ud800\"", "4 hexadecimal digits", 1, 11)]
    [InlineData("root ::= \"\\U00110000\"", "8 hexadecimal digits", 1, 11)]
    [InlineData("root ::= [z-a]", "from 'z' to 'a'", 1, 11)]
    [InlineData("root ::= <think>", "tokens are not supported", 1, 10)]
    [InlineData("root ::= !<[12]>", "tokens are not supported", 1, 10)]
    [InlineData("root ::= \"a\"\n# fine\n\t?", "not with '?'", 3, 2)]
    public void Parse_OfWhatIsWrong_SaysWhereAndWhy(string grammar, string problem, int? line, int? column)
    {
        var error = Assert.Throws<GrammarException>(() => GbnfGrammar.Parse(grammar));
        Assert.Contains(problem, error.Message);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("(", 50_000)]
    [InlineData("\"a\"", 50_000)]
    [InlineData("[^a]", 4_000)]
    [InlineData("*", 90_000)]
    [InlineData("(\"a\"|", 20_000)]
    [InlineData("root", 20_000)]
    [InlineData("| ", 40_000)]
    [InlineData("\n", 90_000)]
    [InlineData("# x\n", 20_000)]
    public void Parse_OfEndlessText_EndsInAnErrorOrAGrammar(string piece, int count)
    {
        string text = $"root ::= \"a\" {string.Concat(Enumerable.Repeat(piece, count))}";
        if (Record.Exception(() => TokenConstraint.Compile(GbnfGrammar.Parse(text), model.Client.Host.Tokenizer)) is { } error)
        {
            Assert.IsType<GrammarException>(error);
        }
    }

    [Theory]
    [InlineData("root ::= root")]
    [InlineData("root ::= \"a\" root")]
    [InlineData("root ::= a\na ::= b | a\nb ::= a b")]
    [InlineData("root ::= []")]
    public void Compile_WithoutFiniteText_IsRefused(string grammar) =>
        Assert.Contains("no word of finite length", Assert.Throws<GrammarException>(() => TokenConstraint.Compile(GbnfGrammar.Parse(grammar), model.Client.Host.Tokenizer)).Message);

    private bool IsWord(string grammar, string text)
    {
        ConstraintState state = TokenConstraint.Compile(GbnfGrammar.Parse(grammar), model.Client.Host.Tokenizer).Start();
        return state.TryAccept(Encoding.UTF8.GetBytes(text)) && state.CanEnd;
    }
}
