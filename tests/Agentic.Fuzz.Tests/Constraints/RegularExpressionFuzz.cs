using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.RegularExpressions;
using Xunit;

namespace Agentic.Fuzz.Tests.Constraints;

/// <summary>Any text as a pattern is a set of texts or refused by a typed error, in bounded time and memory; its automaton too.</summary>
public class RegularExpressionFuzz
{
    /// <summary>What the automaton of a pattern of 20,000 characters may allocate in all, most of it at once given back.</summary>
    private const long MaxAllocated = 1L << 30;

    private static readonly string[] Seeds =
    [
        "^[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9-.]+$", "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", "^\\d{4}-(?:0[1-9]|1[0-2])-\\d\\d$", "(?<year>\\d+)/(?P<x>.)", "^(?!foo)", "\\p{L}\\P{Nd}+", "[^\\]\\-a-z\\x41\\u00e9]",
        "\\u{1F600}?", "(a|b|)*?", "a{2,3}b{4}c{5,}", "(?i)x", "\\bword\\b", "^$|^a|b$", "[\\w-.]", "\\cA\\0\\t", "{,2}", "[]", "[^]", "(((a)*)*)*", ".*.*.*=.*",
    ];

    private static readonly string[] Bombs =
    [
        "(a{1000}){1000}", "(x+x+)+y", "((((a?){99}){99}){99}){99}", "(a|aa)*(b|bb)*(c|cc)*", ".*a.{30}", "[ab]*a[ab]{5000}", "(a*){5000}", "(a?){20000}", "(.{0,1000}a){4}", "a{2147483647}", "(){99999999999}", "(\\p{L}\\p{N}){50}",
        string.Concat(Enumerable.Repeat("[\\p{L}\\d]", 1500)), string.Concat(Enumerable.Repeat("(a|", 6000)), new('(', 20_000), new('[', 20_000), new('^', 20_000), new('|', 20_000), string.Concat(Enumerable.Repeat("a*", 9000)), string.Concat(Enumerable.Repeat("a?", 9000)),
        "(" + string.Join('|', Enumerable.Range(0, 3000).Select(i => $"w{i}")) + "){3}", "(" + string.Join('|', Enumerable.Range(0, 1000).Select(i => $"{new string('a', i % 60)}.")) + ")*", string.Concat(Enumerable.Range(0, 3000).Select(i => $"[^{(char)(0x100 + i)}]")),
    ];

    [Fact]
    public void Search_SplicedPatterns_AreReadOrRefused()
    {
        var campaign = new Campaign<string>("patterns", 40_000)
        {
            Make = random => Texts.Splice(Pick(random), Pick(random), random),
            Run = pattern => RegularExpression.Search(pattern),
            Refuses = error => error is GrammarException { Line: not null } or GrammarException { Message: { Length: < 400 } },
            MaxAllocated = MaxAllocated,
            Show = pattern => pattern,
        };
        int refused = campaign.Execute(), all = Campaign<string>.Long ? 10 * campaign.Cases : campaign.Cases;
        Assert.InRange(refused, all / 10, all - all / 10);
    }

    [Fact]
    public void Automaton_SplicedPatterns_IsMadeOrRefused() => new Campaign<string>("automata", 2_500)
    {
        Make = random => Texts.Splice(Pick(random), Pick(random), random),
        Run = pattern => Assert.True(RegularExpression.Search(pattern).Automaton.StateCount <= ByteAutomaton.MaxStates),
        Refuses = error => error is GrammarException,
        MaxAllocated = MaxAllocated,
        Show = pattern => pattern,
    }.Execute();

    [Fact]
    public void Automaton_Bombs_EndInTime()
    {
        int next = 0;
        new Campaign<string>("bombs", Bombs.Length)
        {
            Make = _ => Bombs[next++ % Bombs.Length],
            Run = pattern => _ = RegularExpression.Whole(pattern).Automaton,
            Refuses = error => error is GrammarException,
            MaxAllocated = MaxAllocated,
            Show = pattern => pattern[..Math.Min(60, pattern.Length)],
        }.Execute();
    }

    private static string Pick(Random random) => random.Next(3) == 0 ? Patterns.Make(random) : Seeds[random.Next(Seeds.Length)];
}
