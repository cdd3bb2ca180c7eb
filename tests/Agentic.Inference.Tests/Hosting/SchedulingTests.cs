using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Chat;
using Agentic.Inference.Hosting.Engine;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Steps on a clock that only the steps move: 4 ms each and 3 ms for a prompt row's cost. Requests arrive from within steps, and their ends are read off the jobs between steps, so that both orders are certain.</summary>
public sealed class SchedulingTests
{
    private const int Long = 301;
    private readonly ManualTime _time = new();
    private readonly List<(int Rows, int Sequences, int LongRows, double Milliseconds)> _steps = [];
    private readonly List<Task> _work = [];
    private readonly List<string> _arrived = [];
    private readonly List<EngineJob> _ended = [];
    private readonly List<EngineJob> _open = [];

    private List<string> Ended => [.. _ended.Select(job => _arrived[(int)job.Rank.Number])];

    [Fact]
    public async Task Plan_LongPromptsBesideAReply_NoStepIsLongerThanItsTimeAndTheReplyIsInEach()
    {
        ModelHost host = null!;
        using var owner = host = Load(step =>
        {
            if (step == 3)
            {
                for (int i = 0; i < 3; i++)
                {
                    Start(host, $"long {i}", new() { Prompt = [.. TinyHost.Prompt(240, 20 + i)], MaxTokens = 2, IgnoreEndTokens = true });
                }
            }
        });
        var reply = Start(host, "reply", new() { Prompt = TinyHost.Prompt(10, 1), MaxTokens = 100, IgnoreEndTokens = true });
        await Drain();
        var mixed = _steps.Skip(3).Take(90).ToList();
        Assert.Equal(3 * 240, _steps.Sum(step => step.Rows) - 10 - 99 - 3);
        Assert.All(mixed, step => Assert.InRange(step.Milliseconds, 0, 200));
        Assert.Contains(mixed, step => step.Milliseconds > 120); // and the time is used
        Assert.True(_steps.Take(100).All(step => step.Sequences >= 1));
        Assert.Equal(100, (await reply).Ids.Length);
    }

    [Fact]
    public async Task Plan_ShortQuestionsKeepComing_TheLongPromptReadsOnInEveryStep()
    {
        ModelHost host = null!;
        using var owner = host = Load(step =>
        {
            if (step < 40)
            {
                Start(host, "short", new() { Prompt = TinyHost.Prompt(60, step), MaxTokens = 1, IgnoreEndTokens = true });
            }
        });
        _ = Start(host, "long", new() { Prompt = [.. Enumerable.Repeat(Long, 240)], MaxTokens = 1, IgnoreEndTokens = true });
        await Drain();
        var reading = _steps.TakeWhile((_, i) => _steps.Take(i).Sum(step => step.LongRows) < 240).ToList();
        int rest = 240;
        foreach (var step in reading.Skip(1))
        {
            rest = 240 - _steps.TakeWhile(other => other != step).Sum(other => other.LongRows);
            Assert.True(step.LongRows >= Math.Min(rest, step.Rows / 4), $"{step} with {rest} left");
        }

        Assert.InRange(Ended.IndexOf("long"), 1, 15); // some short ones went before, not all
    }

    [Fact]
    public async Task Plan_MoreRepliesThanRows_EachGetsItsTurn()
    {
        using var host = Load(_ => { }, TinyHost.Options with { ChunkTokens = 4 });
        var replies = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => host.Run(new() { Prompt = TinyHost.Prompt(8, i), MaxTokens = 20, IgnoreEndTokens = true })));
        using var roomy = TinyHost.Load();
        for (int i = 0; i < replies.Length; i++)
        {
            Assert.Equal((await roomy.Run(new() { Prompt = TinyHost.Prompt(8, i), MaxTokens = 20, IgnoreEndTokens = true })).Ids, replies[i].Ids);
        }
    }

    [Theory]
    [InlineData(0, "interactive")]
    [InlineData(29, "interactive")]
    [InlineData(31, "batch")]
    public async Task Admit_BatchThenInteractive_TheLaterGoesFirstUnlessTheOtherHasWaitedLong(int secondsBetween, string first)
    {
        ModelHost host = null!;
        using var owner = host = Load(
            step =>
            {
                if (step == 1)
                {
                    Start(host, "batch", new() { Prompt = TinyHost.Prompt(20, 1), MaxTokens = 3, Priority = RequestPriority.Batch, IgnoreEndTokens = true });
                    _time.Advance(TimeSpan.FromSeconds(secondsBetween));
                    Start(host, "interactive", new() { Prompt = TinyHost.Prompt(20, 2), MaxTokens = 3, IgnoreEndTokens = true });
                }
            },
            host: new() { MaxConcurrent = 1 });
        _ = Start(host, "first", new() { Prompt = TinyHost.Prompt(20, 3), MaxTokens = 5, IgnoreEndTokens = true });
        await Drain();
        Assert.Equal(["first", first], Ended.Take(2));
        Assert.Equal(3, _ended.Count);
    }

    [Theory]
    [InlineData(RequestPriority.Interactive, false)]
    [InlineData(RequestPriority.Batch, true)]
    public async Task Admit_ScoringThenAReply_ScoringOfLowPriorityWaits(RequestPriority priority, bool waits)
    {
        ModelHost host = null!;
        Task<IReadOnlyList<ScoringResult>> scores = null!;
        using var owner = host = Load(
            step =>
            {
                if (step == 1)
                {
                    scores = host.ScoreAsync([new(TinyHost.Prompt(20, 1), [[1], [2]]) { Priority = priority }]);
                    Start(host, "reply", new() { Prompt = TinyHost.Prompt(20, 2), MaxTokens = 3, IgnoreEndTokens = true });
                }
            },
            host: new() { MaxConcurrent = 1 });
        _ = Start(host, "first", new() { Prompt = TinyHost.Prompt(20, 3), MaxTokens = 5, IgnoreEndTokens = true });
        await Drain();
        await scores;
        List<int> rows = [.. _steps.Select(step => step.Rows)];
        Assert.Equal([20, 1, 1, 1, 1, .. waits ? (int[])[20, 1, 1, 20] : [20, 20, 1, 1]], rows);
    }

    [Theory]
    [InlineData(null, RequestPriority.Interactive)]
    [InlineData("interactive", RequestPriority.Interactive)]
    [InlineData("batch", RequestPriority.Batch)]
    [InlineData(RequestPriority.Batch, RequestPriority.Batch)]
    public void Options_Priority_IsThatOfTheRequest(object? given, RequestPriority expected) =>
        Assert.Equal(expected, OptionsMapper.Map(new() { AdditionalProperties = new() { [SamplingKeys.Priority] = given } }, "m").Priority);

    [Theory]
    [InlineData("urgent")]
    [InlineData((RequestPriority)7)]
    public void Options_PriorityThatIsNone_IsRefused(object given) =>
        Assert.Throws<ConfigurationException>(() => OptionsMapper.Map(new() { AdditionalProperties = new() { [SamplingKeys.Priority] = given } }, "m"));

    [Fact]
    public async Task Admit_InteractiveWhileBatchHasThePlace_TakesItAndTheBatchReplyIsTheSame()
    {
        var batch = new GenerationRequest { Prompt = TinyHost.Prompt(90, 1), MaxTokens = 20, Priority = RequestPriority.Batch, IgnoreEndTokens = true };
        ModelHost host = null!;
        using var owner = host = Load(
            step =>
            {
                if (step == 6)
                {
                    Start(host, "interactive", new() { Prompt = TinyHost.Prompt(20, 2), MaxTokens = 3, IgnoreEndTokens = true });
                }
            },
            host: new() { MaxConcurrent = 1 });
        var reply = await Start(host, "batch", batch);
        await Drain();
        Assert.Equal(["interactive", "batch"], Ended);
        Assert.Equal(1, await host.Preemptions());
        using var other = TinyHost.Load();
        Assert.Equal((await other.Run(batch)).Ids, reply.Ids);
    }

    [Fact]
    public async Task Submit_QueueIsFull_RefusesWithATime()
    {
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        using var host = Load(
            _ =>
            {
                entered.Set();
                go.Wait();
            },
            host: new() { MaxConcurrent = 1, MaxQueued = 2 });
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(20, 1), MaxTokens = 3, IgnoreEndTokens = true };
        var taken = new List<Task<(int[], GenerationEnd, string)>> { host.Run(request) };
        entered.Wait();
        taken.AddRange([host.Run(request), host.Run(request)]);
        var refused = await Assert.ThrowsAsync<HostOverloadedException>(() => host.Run(request));
        Assert.Equal((2, true), (refused.Queued, refused.Transient));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        await Assert.ThrowsAsync<HostOverloadedException>(() => host.ScoreAsync([new([1], [[2]])]));
        go.Set();
        await Task.WhenAll(taken);
        await host.Run(request); // there is room again
    }

    private ModelHost Load(Action<int> during, Agentic.Inference.Models.ModelOptions? model = null, HostOptions? host = null)
    {
        int count = 0;
        return TinyHost.Load(model ?? TinyHost.Options with { ChunkTokens = 128 }, (host ?? new()) with { Time = _time, Drafting = false }, run: language => plan =>
        {
            var step = (plan.Batch.Rows, plan.Batch.SequenceCount, plan.Batch.Tokens.Count(token => token == Long), Milliseconds: 4 + (3.0 * plan.PromptCost));
            lock (_steps)
            {
                _steps.Add(step);
            }

            NoteEnds(plan.Jobs);
            during(++count);
            language.Run(plan.Batch);
            _time.Advance(TimeSpan.FromMilliseconds(step.Milliseconds));
        });
    }

    /// <summary>The first part, which submits, runs at once.</summary>
    private Task<(int[] Ids, GenerationEnd End, string Text)> Start(ModelHost host, string name, GenerationRequest request)
    {
        _arrived.Add(name);
        var run = host.Run(request);
        lock (_work)
        {
            _work.Add(run);
        }

        return run;
    }

    /// <summary>Requests that have ended since the last step, in order of rank.</summary>
    private void NoteEnds(IEnumerable<EngineJob> inStep)
    {
        _ended.AddRange(_open.Where(job => job.Done).OrderBy(job => job.Rank));
        _open.RemoveAll(job => job.Done);
        _open.AddRange(inStep.Except(_open).ToList());
    }

    private async Task Drain()
    {
        while (true)
        {
            Task[] open;
            lock (_work)
            {
                open = [.. _work.Where(task => !task.IsCompleted)];
            }

            if (open.Length == 0)
            {
                NoteEnds([]);
                return;
            }

            await Task.WhenAll(open);
        }
    }
}
