using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.Gbnf;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Fuzz.Tests.Constraints;

/// <summary>Any text as a grammar is compiled and walked, or refused by a typed error, in bounded time and memory.</summary>
public class GbnfFuzz
{
    /// <summary>What compiling a grammar near the bounds on its length and edges may allocate in all, most of it at once given back; a long row of optional parts costs most.</summary>
    private const long MaxAllocated = 3L << 29;

    private static readonly string[] Seeds =
    [
        "root ::= object\nvalue ::= object | array | string | (\"true\" | \"null\") ws\nobject ::= \"{\" ws ( string \":\" ws value (\",\" ws string \":\" ws value)* )? \"}\" ws\narray ::= \"[\" ws (value (\",\" ws value)*)? \"]\" ws\nstring ::= \"\\\"\" ([^\"\\\\\\x7F\\x00-\\x1F] | \"\\\\\" ([\"\\\\bfnrt] | \"u\" [0-9a-fA-F]{4}))* \"\\\"\" ws\nws ::= | \" \" | \"\\n\" [ \\t]{0,20}",
        "root ::= (expr \"=\" ws term \"\\n\")+\nexpr ::= term ([-+*/] term)*\nterm ::= ident | num | \"(\" ws expr \")\" ws\nident ::= [a-z] [a-z0-9_]* ws\nnum ::= [0-9]+ ws\nws ::= [ \\t\\n]*",
        "# left\nroot ::= root \"+\" x\n  | x\nx ::= x x | \"a\"{1,3} | [^\\u00e9-\\U0001F600]?",
        "root ::= (\"a\" | \"ab\") {2,40} b\nb ::= \"\" | b \"c\" b",
    ];

    private static readonly string[] Bombs =
    [
        "root ::= ((\"a\"{1000}){1000}){1000}", "root ::= (\"\"{100000}){100000}", "root ::= (\"a\"?){100000}", "root ::= root root root | \"a\" | \"\"", "root ::= a{1,500} b{1,500}\na ::= \"x\"?\nb ::= \"x\"*",
        "root ::= ([a-z]{1,300} [a-z]{1,300}){1,300}", "root ::= (\"a\"{1,900} \"b\"?){1,900}", "root ::= " + string.Concat(Enumerable.Repeat("(", 20_000)), "root ::= \"a\"" + new string('*', 50_000),
        "root ::= a0\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"a{i} ::= a{i + 1} a{i + 1}\n")) + "a60 ::= \"x\"", string.Concat(Enumerable.Range(0, 4000).Select(i => $"r{i} ::= r{i + 1} | r{i + 2} | \"x\"\n")) + "r4000 ::= \"y\"\nr4001 ::= root\nroot ::= r0",
        "root ::= " + string.Join('|', Enumerable.Range(0, 8000).Select(i => $"\"w{i}\"")), "root ::= " + string.Concat(Enumerable.Repeat("[^a]", 8000)), "root ::= " + string.Concat(Enumerable.Repeat("\"a\"? ", 2500)),
    ];

    private static readonly Tokenizer Vocabulary = Read();

    [Fact]
    public void Parse_SplicedGrammars_AreReadOrRefused()
    {
        var campaign = new Campaign<string>("grammars", 30_000)
        {
            Make = random => Splice(random),
            Run = text => GbnfGrammar.Parse(text),
            Refuses = error => error is GrammarException { Message.Length: < 400 },
            MaxAllocated = 64 << 20,
            Show = text => text,
        };
        int refused = campaign.Execute(), all = Campaign<string>.Long ? 10 * campaign.Cases : campaign.Cases;
        Assert.InRange(refused, all / 10, all - all / 10);
    }

    [Fact]
    public void Walk_SplicedGrammars_EndOrAreRefused()
    {
        var campaign = new Campaign<string>("walks", 4_000)
        {
            Make = random => Splice(random),
            Run = Walk,
            Refuses = error => error is GrammarException,
            MaxAllocated = MaxAllocated,
            Show = text => text,
        };
        int refused = campaign.Execute(), all = Campaign<string>.Long ? 10 * campaign.Cases : campaign.Cases;
        Assert.InRange(refused, all / 10, all - all / 5);
    }

    [Fact]
    public void Walk_Bombs_EndInTime()
    {
        int next = 0;
        new Campaign<string>("bombs", Bombs.Length)
        {
            Make = _ => Bombs[next++ % Bombs.Length],
            Run = Walk,
            Refuses = error => error is GrammarException,
            MaxAllocated = MaxAllocated,
            Show = text => text[..Math.Min(60, text.Length)],
        }.Execute();
    }

    private static void Walk(string grammar) => RandomWalk.Take(TokenConstraint.Compile(GbnfGrammar.Parse(grammar), Vocabulary), new Random(1), 12);

    /// <summary>Three rules of whatever refers to whatever, or one of these or of the seeds damaged.</summary>
    private static string Splice(Random random)
    {
        if (random.Next(2) == 0)
        {
            string grammar = $"root ::= {Expression(random, 3)}\na ::= {Expression(random, 2)} | \"x\"\nb ::= {Expression(random, 2)}";
            return random.Next(4) == 0 ? Texts.Splice(grammar, Seeds[random.Next(Seeds.Length)], random) : grammar;
        }

        string one = Seeds[random.Next(Seeds.Length)], other = Seeds[random.Next(Seeds.Length)];
        return random.Next(3) == 0 ? $"root ::= {Texts.Splice(other[10..], one, random)}" : Texts.Splice(one, other, random);
    }

    private static string Expression(Random random, int depth)
    {
        string Part() => Expression(random, depth - 1);
        return random.Next(depth == 0 ? 3 : 8) switch
        {
            0 => "\"ab\"",
            1 => "[a-cé-ü]",
            2 => random.Next(3) switch { 0 => "root", 1 => "a", _ => "b" },
            3 => $"({Part()} | {Part()})",
            4 => $"({Part()} |\n # none\n)",
            5 => $"({Part()})" + random.Next(5) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{2}", _ => "{1,90}" },
            _ => $"{Part()} {Part()}",
        };
    }

    private static Tokenizer Read()
    {
        using GgufFile file = GgufFile.Open(Repository.Golden("tiny", "llama.gguf"));
        return Tokenizer.FromGguf(file);
    }
}
