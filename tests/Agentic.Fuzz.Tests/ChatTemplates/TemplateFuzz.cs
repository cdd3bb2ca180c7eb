using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Fuzz.Tests.ChatTemplates;

/// <summary>A template from a file that nobody vouches for renders or is refused by a typed error, in bounded time and memory.</summary>
public class TemplateFuzz
{
    /// <summary>Texts and lists that a rendering may make under its limits, with what they are copied through.</summary>
    private const long MaxAllocated = 512L << 20;

    private static readonly TemplateMessage[] Messages = [new("system", "Be brief."), new("user", "Hello <|im_end|> {{ x }}"), new("assistant", "Hi"), new("user", "")];

    private static readonly string[] Bombs =
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}", "{{ 'x' * 9999999 }}", "{{ [0] * 99999999 }}",
        "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ messages | tojson(indent=99999) }}", "{{ '%999999999d' % 1 }}", "{{ 'a' | center(99999999) }}", "{{ 9 ** 9 ** 9 }}", "{{ 1 // 0 }}", "{{ 'a'.join(range(99999)) }}",
        "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}", "{{ x.y.z }}", "{{ messages[9] }}", "{{ messages | map(attribute='content') | join | upper | reverse | list | sort }}",
        "{% set x = messages %}{% set x = [x, x] %}", "{{ ('a' ~ 'b') | replace('', 'zzzz') }}", "{{ 'x'.split('') }}", "{{ range(1, 10, 0) }}", "{{ 'x'[::0] }}", "{{ -9223372036854775808 // -1 }}",
        "{% if messages %}", "{% endfor %}", "{{", "}}", "{%", "{#", "{{ raise_exception('no') }}", "{{ strftime_now('%Y' * 9999) }}", "{%- raw %}{{ x }}{% endraw -%}",
    ];

    [Fact]
    public void Render_SplicedTemplates_RenderOrRefuse()
    {
        string[] corpus = [.. Corpus()];
        var campaign = new Campaign<string>("templates", 25_000)
        {
            Make = random => Texts.Splice(Pick(corpus, random), Pick(corpus, random), random),
            Run = source => ChatTemplate.Parse(source).Render(Messages, addGenerationPrompt: true, bos: "<s>", eos: "</s>"),
            Refuses = error => error is ChatTemplateException,
            MaxAllocated = MaxAllocated,
            Show = source => source,
        };
        int refused = campaign.Execute();
        int all = Campaign<string>.Long ? 10 * campaign.Cases : campaign.Cases;
        Assert.InRange(refused, all / 10, all - all / 10);
    }

    [Fact]
    public void Render_Bombs_EndInTime()
    {
        int next = 0;
        new Campaign<string>("bombs", Bombs.Length)
        {
            Make = _ => Bombs[next++ % Bombs.Length],
            Run = source => ChatTemplate.Parse(source).Render(Messages, addGenerationPrompt: true, bos: null, eos: null),
            Refuses = error => error is ChatTemplateException,
            MaxAllocated = MaxAllocated,
            Show = source => source,
        }.Execute();
    }

    /// <summary>What a campaign found once.</summary>
    [Theory]
    [InlineData("{{ [1, 2].index(q2) }}")]
    public void Render_Finding_IsRefused(string source) =>
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source).Render(Messages, addGenerationPrompt: true, bos: null, eos: null));

    private static string Pick(string[] corpus, Random random) => corpus[random.Next(corpus.Length)];

    /// <summary>The embedded model's own template, the reference's small cases, and bombs.</summary>
    private static IEnumerable<string> Corpus()
    {
        using GgufFile file = GgufFile.Open(Repository.Model("SmolLM2-135M-Instruct.Q4_1.gguf"));
        yield return file.String("tokenizer.chat_template");
        foreach (string line in File.ReadLines(Repository.Golden("smollm2", "jinja_units.jsonl")))
        {
            yield return JsonDocument.Parse(line).RootElement.GetProperty("template").GetString()!;
        }

        foreach (string bomb in Bombs)
        {
            yield return bomb;
        }
    }
}
