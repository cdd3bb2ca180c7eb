using System.Text.RegularExpressions;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Chat;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

[Collection(EmbeddedModelTests.Name)]
public sealed class ReplyFormTests(EmbeddedModel model)
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "When did the first man walk on the Moon?")];
    private readonly LocalChatClient _client = model.Client;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task GetResponse_Regex_MatchesAsAWhole(float temperature)
    {
        ChatResponse response = await _client.GetResponseAsync(Question, With((ConstraintKeys.Regex, "\\d{4}-\\d\\d-\\d\\d"), temperature));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Fact]
    public async Task GetResponse_Choices_IsOneOfThem()
    {
        string[] choices = ["in the spring", "In 1969", "never"];
        Assert.Contains((await _client.GetResponseAsync(Question, With((ConstraintKeys.Choices, choices), 1))).Text, choices);
        Assert.Equal("In 1969", (await _client.GetResponseAsync(Question, With((ConstraintKeys.Choices, choices.ToHashSet()), 0))).Text);
    }

    [Fact]
    public async Task GetResponse_Gbnf_ClosedAtItsLimit_IsAWord()
    {
        ChatOptions options = With((ConstraintKeys.Gbnf, "root ::= (\"- \" [a-z ]+ \"\\n\"){3}"), 1);
        options.AdditionalProperties![SamplingKeys.CloseAtLimit] = true;
        ChatResponse response = await _client.GetResponseAsync(Question, options);
        Assert.Matches(new Regex("^(- [a-z ]+\n){3}$"), response.Text);
    }

    [Fact]
    public async Task GetResponse_TwoForms_AreRefusedByName()
    {
        (string, object)[] forms = [(ConstraintKeys.Regex, "a"), (ConstraintKeys.Choices, (string[])["a"]), (ConstraintKeys.Gbnf, "root ::= \"a\""), (SamplingKeys.ReplyStart, "a")];
        for (int i = 0; i < forms.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ChatOptions options = With(forms[i], 0);
                options.AdditionalProperties!.Add(forms[j].Item1, forms[j].Item2);
                string message = (await Assert.ThrowsAsync<ConfigurationException>(() => _client.GetResponseAsync(Question, options))).Message;
                Assert.Contains(forms[i].Item1, message);
                Assert.Contains(forms[j].Item1, message);
            }

            ChatOptions json = With(forms[i], 0);
            json.ResponseFormat = ChatResponseFormat.Json;
            Assert.Contains(forms[i].Item1, (await Assert.ThrowsAsync<ConfigurationException>(() => _client.GetResponseAsync(Question, json))).Message);
        }
    }

    [Fact]
    public async Task GetResponse_FormOfWrongType_IsRefusedByName()
    {
        foreach ((string key, object value) in ((string, object)[])[(ConstraintKeys.Regex, 5), (ConstraintKeys.Choices, "a"), (ConstraintKeys.Gbnf, (string[])["a"])])
        {
            Assert.Contains(key, (await Assert.ThrowsAsync<ConfigurationException>(() => _client.GetResponseAsync(Question, With((key, value), 0)))).Message);
        }

        Assert.Equal(3, (await Assert.ThrowsAsync<GrammarException>(() => _client.GetResponseAsync(Question, With((ConstraintKeys.Regex, "ab(?=c)"), 0)))).Column);
        await Assert.ThrowsAsync<GrammarException>(() => _client.GetResponseAsync(Question, With((ConstraintKeys.Choices, Array.Empty<string>()), 0)));
        await Assert.ThrowsAsync<GrammarException>(() => _client.GetResponseAsync(Question, With((ConstraintKeys.Choices, (string?[])["a", null]), 0)));
    }

    [Fact]
    public void Get_BeyondItsCapacity_DropsWhatWasUsedLongestAgo()
    {
        var cache = new ConstraintCache(2);
        TokenConstraint a = cache.Get("a", () => Make("a")), b = cache.Get("b", () => Make("b"));
        Assert.Same(a, cache.Get("a", () => Make("x")));
        cache.Get("c", () => Make("c"));
        Assert.Same(a, cache.Get("a", () => Make("x")));
        Assert.NotSame(b, cache.Get("b", () => Make("b")));
    }

    [Fact]
    public void Get_SameKeyAtTheSameTime_CompilesOnce()
    {
        var cache = new ConstraintCache(4);
        int compiled = 0;
        var found = new TokenConstraint[16];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = found.Length }, i => found[i] = cache.Get("a", () =>
        {
            Interlocked.Increment(ref compiled);
            Thread.Sleep(20);
            return Make("a");
        }));
        Assert.Equal(1, compiled);
        Assert.All(found, one => Assert.Same(found[0], one));
    }

    [Fact]
    public void Get_FailedCompilation_IsNotKept()
    {
        var cache = new ConstraintCache(4);
        Assert.Throws<GrammarException>(() => cache.Get("a", () => throw new GrammarException("no")));
        Assert.NotNull(cache.Get("a", () => Make("a")));
    }

    [Fact]
    public async Task Get_ManyThreadsAndKeys_KeepsEveryKeyApart()
    {
        var cache = new ConstraintCache(3);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                string key = ((char)('a' + ((i + thread) % 5))).ToString();
                Assert.True(cache.Get(key, () => Make(key)).Start().TryAccept([(byte)key[0]]));
            }
        })));
    }

    private TokenConstraint Make(string text) => TokenConstraint.Compile(Choice.Of([text]), _client.Host.Tokenizer);

    private static ChatOptions With((string Key, object Value) form, float temperature) => new()
    {
        MaxOutputTokens = 40,
        Temperature = temperature,
        Seed = 4,
        AdditionalProperties = new() { [form.Key] = form.Value },
    };
}
