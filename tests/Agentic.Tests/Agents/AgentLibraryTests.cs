using System.Text.RegularExpressions;
using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;

namespace Agentic.Tests.Agents;

public sealed class AgentLibraryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("agentic-agents-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void BuiltIn_EveryFile_IsLoadedByAReader()
    {
        _ = new ChainOfAgentsReader(new ScriptedChatClient("x"));
        _ = new DirectReader(new ScriptedChatClient("x"));

        string[] cards = [.. AgentLibrary.BuiltInFiles.Where(f => f.EndsWith(".yaml", StringComparison.Ordinal))];
        string[] prompts = [.. AgentLibrary.BuiltInFiles.Where(f => f.EndsWith(".hbs", StringComparison.Ordinal))];
        Assert.NotEmpty(cards);

        // Every card loads with the variables its prompt uses, and every prompt belongs to a card.
        HashSet<string> used = [];
        foreach (string card in cards)
        {
            Agent agent = RecordingLibrary.Load(Path.GetFileNameWithoutExtension(card));
            used.Add("prompts/" + agent.Card.Prompt);
            Assert.NotEmpty(agent.Card.Description);
        }

        Assert.Equal(prompts.Order(StringComparer.Ordinal), used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_UserDirectory_ComesFirst()
    {
        Write("agents/direct-question.yaml", "name: direct-question\nprompt: direct/question.hbs\nrole: Pirate.\n");

        Agent agent = new AgentLibrary(_directory).Load("direct-question", "question", "document", "words", "focus");

        Assert.Equal("Pirate.", agent.Card.Role);
        Assert.StartsWith("prompts/", agent.Prompt.File, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: x\nprompt: x.hbs\ncolour: red\n", "line 3", "unknown key 'colour'")]
    [InlineData("name: x\nmax_output: many\nprompt: x.hbs\n", "line 2", "'max_output' must be a whole number")]
    [InlineData("name: x\nprompt: x.hbs\nmax_output: 1.5\n", "line 3", "'max_output' must be a whole number")]
    [InlineData("name: x\nprompt: x.hbs\nretries: 0.5\n", "line 3", "'retries' must be a whole number")]
    [InlineData("name: x\nprompt: x.hbs\n? [a, b]\n: c\n", "line 3", "a key must be")]
    [InlineData("name: x\nprompt: x.hbs\ntemperature: -1\n", "line 3", "'temperature' must be a number from 0 to 5")]
    [InlineData("name: x\nprompt: x.hbs\nallow_truncated: perhaps\n", "line 3", "'allow_truncated' must be true or false")]
    [InlineData("name: x\nprompt: x.hbs\nstop: one\n", "line 3", "'stop' must be a list")]
    [InlineData("name: x\n", "line 1", "'prompt' is missing")]
    [InlineData("prompt: x.hbs\n", "line 1", "'name' is missing")]
    [InlineData("name: x\n\nprompt: missing.hbs\n", "line 3", "there is no prompt prompts/missing.hbs")]
    [InlineData("name: [x\n", "line", "not valid YAML")]
    [InlineData("- a\n- b\n", "line 1", "one mapping")]
    [InlineData("name: y\nprompt: x.hbs\n", "x.yaml", "named 'y'")]
    public void Load_WrongCard_IsRefusedWithFileAndLine(string yaml, string where, string what)
    {
        Write("agents/x.yaml", yaml);
        Write("prompts/x.hbs", "{{!-- version: 1 --}}\nHello");

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => new AgentLibrary(_directory).Load("x"));

        Assert.Contains("x.yaml", e.Message, StringComparison.Ordinal);
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Hello {{name}}", "line 1", "version header")]
    [InlineData("{{!-- version: 1 --}}\n\nHello {{nmae}}", "line 3", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{#if nmae}}x{{/if}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{&nmae}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{{ nmae }}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{#nmae}}x{{/nmae}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{^nmae}}x{{/nmae}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{#if name}}a\n{{else if nmae}}b{{/if}}", "line 3", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{#each nmae.parts as |part|}}x{{/each}}", "line 2", "unknown variable 'nmae'")]
    [InlineData("{{!-- version: 1 --}}\n{{> footer}}", "line 2", "the partial 'footer'")]
    [InlineData("{{!-- version: 1 --}}\n{{#> footer}}x{{/footer}}", "line 2", "the partial 'footer'")]
    [InlineData("{{!-- version: 99999999999 --}}\nHello", "line 1", "version 99999999999")]
    public void Load_WrongPrompt_IsRefusedWithFileAndLine(string prompt, string where, string what)
    {
        Write("agents/x.yaml", "name: x\nprompt: x.hbs\n");
        Write("prompts/x.hbs", prompt);

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => new AgentLibrary(_directory).Load("x", "name"));

        Assert.Contains("x.hbs", e.Message, StringComparison.Ordinal);
        Assert.Contains(where, e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{!-- not {{nmae}} --}}{{~#if name~}} {{&name}} {{~else if name}}{{else}}{{/if}}")]
    [InlineData("{{#each name}}{{@index}} {{this}} {{../name}}{{/each}}{{#with name}}{{this.length}}{{/with}}{{! nmae }}")]
    public void Parse_NothingUnknown_IsAccepted(string prompt) =>
        Assert.Equal(2, PromptTemplate.Parse("p", "{{!-- version: 2 --}}\n" + prompt, ["name"]).Version);

    [Fact]
    public void Load_CardOfANeighbourDirectory_IsNotRead()
    {
        string neighbour = Path.GetFileName(_directory) + "-2";
        Write($"../{neighbour}/x.yaml", "name: x\nprompt: x.hbs\n");
        try
        {
            Assert.Contains("There is no agent card", Assert.Throws<ConfigurationException>(() => new AgentLibrary(_directory).Load($"../../{neighbour}/x")).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(_directory + "-2", recursive: true);
        }
    }

    [Fact]
    public void Load_UnclosedBlock_IsRefusedWhenRendered()
    {
        Write("agents/x.yaml", "name: x\nprompt: x.hbs\n");
        Write("prompts/x.hbs", "{{!-- version: 1 --}}\n{{#if name}}never closed");
        Agent agent = new AgentLibrary(_directory).Load("x", "name");

        ConfigurationException e = Assert.Throws<ConfigurationException>(() => agent.Prompt.Render(new Dictionary<string, object?> { ["name"] = "a" }));

        Assert.Contains("x.hbs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TextWithMarkup_IsNotEscaped()
    {
        PromptTemplate prompt = PromptTemplate.Parse("p", "{{!-- version: 3 --}}\n{{#if a}}[{{a}}]{{/if}}{{#if b}}never{{/if}}", ["a", "b"]);

        Assert.Equal("[<b> & \"c\" {{x}}]", prompt.Render(new Dictionary<string, object?> { ["a"] = "<b> & \"c\" {{x}}", ["b"] = "" }));
        Assert.Equal(3, prompt.Version);
    }

    [Fact]
    public void Load_UnknownName_IsRefused() =>
        Assert.Contains("agents/nobody.yaml", Assert.Throws<ConfigurationException>(() => AgentLibrary.BuiltIn.Load("nobody")).Message, StringComparison.Ordinal);

    [Fact]
    public void New_MissingDirectory_IsRefused() => Assert.Throws<ConfigurationException>(() => new AgentLibrary(Path.Combine(_directory, "none")));

    private void Write(string path, string text)
    {
        string file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Loads cards with whatever variables their prompts use.</summary>
    private static class RecordingLibrary
    {
        public static Agent Load(string name)
        {
            string[] all = ["question", "words", "focus", "previous", "chunk", "summary", "facts", "units", "passage", "passages", "document", "sentence", "labels", "text", "records", "form", "calibrated", "notes", "memory", "revert", "collect", "children"];
            Agent agent = AgentLibrary.BuiltIn.Load(name, all);
            string text = agent.Prompt.Render(all.ToDictionary(v => v, v => (object?)$"<{v}>"));
            Assert.DoesNotMatch(new Regex(@"\{\{"), text);
            return agent;
        }
    }
}
