using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.Hosting.Sessions;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Scoring;

/// <summary>
/// Walks the tree of a scoring call, many stretches a step, depth first so that few pages wait for their turn. When pages run short it goes on
/// with fewer stretches at a time, in the end with one; pages given up are computed again when their turn comes.
/// </summary>
internal sealed class ScoringJob : EngineJob
{
    private readonly IReadOnlyList<ScoringRequest> _requests;
    private readonly PagedKvCache _cache;
    private EngineContext? _context;
    private readonly int _longestPages;
    private readonly double[][][] _scores;
    private readonly double[][][]? _entropies;
    private readonly int[] _cached;
    private readonly List<Stretch> _ready = [];
    private readonly List<Stretch> _inWork = [];
    private readonly List<Stretch> _planned = [];
    private readonly List<(int Slot, ScoreMark Mark)> _slots = [];
    private readonly TaskCompletionSource<IReadOnlyList<ScoringResult>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;

    public ScoringJob(IReadOnlyList<ScoringRequest> requests, PagedKvCache cache, CancellationToken cancellationToken, bool entropies = false)
    {
        _requests = requests;
        _cache = cache;
        _cancellationToken = cancellationToken;
        IReadOnlyList<ScoreNode> roots = ScoreTree.Build(requests);
        _scores = [.. requests.Select(request => request.Candidates.Select(candidate => new double[candidate.Count]).ToArray())];
        _entropies = entropies ? [.. requests.Select(request => request.Candidates.Select(candidate => new double[candidate.Count]).ToArray())] : null;
        _cached = new int[requests.Count];
        _longestPages = Math.Min(cache.TotalPages, roots.Max(root => root.LongestPages));
        _ready.AddRange(roots.Reverse().Select(root => new Stretch(root, null)));
    }

    /// <summary>The session whose tokens the contexts are; null = none.</summary>
    public SessionPages? Session { get; init; }

    public Task<IReadOnlyList<ScoringResult>> Result => _result.Task;

    /// <summary>For each request, candidate and token the entropy of the distribution that the token was scored by; there once the result is.</summary>
    public IReadOnlyList<double[][]> Entropies => _entropies!;

    public override int CachedTokens => _cached.Sum();

    public override int PromptLeft => Next.Left;

    public override int Position => Next.Sequence?.Length ?? 0;

    public override bool OwnsPages => _inWork.Concat(_ready).Any(stretch => stretch.Sequence is { Pages.Length: > 0 });

    /// <summary>The stretch that goes on in any case.</summary>
    private Stretch Next => _inWork.Count > 0 ? _inWork[0] : _ready[^1];

    public override int PagesAhead(EngineContext context) => Math.Max(0, _longestPages - (Next.Sequence?.Pages.Length ?? 0));

    public override void Begin(EngineContext context) => _context = context;

    public override bool Reserve()
    {
        Stretch next = Next;
        Open(next);
        while (next.Left == 0 || !next.Sequence!.TryReserve(Math.Min(next.Left, KvPageFormat.PageTokens)))
        {
            if (next.Left == 0)
            {
                // All of it was found: nothing to compute here.
                _ = _inWork.Remove(next) || _ready.Remove(next);
                Continue(next);
                if (Done)
                {
                    return true;
                }

                Open(next = Next);
            }
            else if (!GiveUpOne(next))
            {
                return false;
            }
        }

        return true;
    }

    public override void PlanPrefill(StepPlan plan, int most)
    {
        int end = Math.Min(plan.MaxRows, plan.Batch.Rows + most);
        _planned.Clear();
        _slots.Clear();
        foreach (Stretch stretch in _inWork)
        {
            TryAdd(plan, stretch, end - plan.Batch.Rows);
        }

        for (int i = _ready.Count - 1; i >= 0 && plan.Batch.Rows < end && (_inWork.Count == 0 || MayStart(_ready[i])); i--)
        {
            if (TryAdd(plan, _ready[i], end - plan.Batch.Rows))
            {
                _inWork.Add(_ready[i]);
                _ready.RemoveAt(i);
            }
        }
    }

    public override void Complete(StepPlan plan)
    {
        foreach ((int slot, ScoreMark mark) in _slots)
        {
            double score = plan.Batch.LogProb(slot);
            if (double.IsNaN(score))
            {
                throw _context!.NotFinite(_planned.ConvertAll(stretch => stretch.Sequence!));
            }

            _scores[mark.Request][mark.Candidate][mark.Index] = score;
            if (_entropies is not null)
            {
                _entropies[mark.Request][mark.Candidate][mark.Index] = plan.Batch.Entropy(slot);
            }
        }

        foreach (Stretch stretch in _planned)
        {
            if (stretch.Left == 0)
            {
                _inWork.Remove(stretch);
                Continue(stretch);
            }
        }
    }

    public override void Preempt()
    {
        _ready.AddRange(_inWork);
        _inWork.Clear();
        _ready.ForEach(stretch => stretch.Close());
    }

    public override void Release() => Preempt();

    public override void Report(Exception? failure)
    {
        if (failure is OperationCanceledException)
        {
            _result.TrySetCanceled(_cancellationToken);
        }
        else if (failure is not null)
        {
            _result.TrySetException(failure);
        }
        else
        {
            _result.TrySetResult([.. _requests.Select((request, r) => new ScoringResult(
                [.. _scores[r].Select(candidate => (IReadOnlyList<double>)candidate)],
                request.Context.Count + request.Candidates.Sum(candidate => candidate.Count),
                _cached[r]))]);
        }
    }

    /// <summary>Whether a stretch may start beside those in work: only while the longest way would still find its pages.</summary>
    private bool MayStart(Stretch stretch) =>
        _cache.FreePages >= _inWork.Append(stretch).Sum(Missing) + _longestPages;

    private static int Missing(Stretch stretch) => stretch.Sequence?.PagesToTake(stretch.Left) ?? Engine.EngineContext.PagesFor(stretch.End);

    private void Open(Stretch stretch)
    {
        int taken = stretch.Open(opened => Session?.Copy(_cache, opened.Tokens, opened.Shareable) ?? _cache.Create());
        (int request, int contextTokens) = stretch.Node.Users[0];
        _cached[request] += Math.Min(taken, contextTokens);
    }

    /// <summary>Gives up the pages of one stretch: the one whose turn comes last.</summary>
    private bool GiveUpOne(Stretch except)
    {
        Stretch? last = _ready.Find(stretch => stretch != except && stretch.Sequence is not null)
            ?? _inWork.FindLast(stretch => stretch != except && stretch.Sequence is not null);
        last?.Close();
        if (last is not null && _inWork.Remove(last))
        {
            _ready.Add(last);
        }

        return last is not null;
    }

    private bool TryAdd(StepPlan plan, Stretch stretch, int most)
    {
        if (most <= 0)
        {
            return false;
        }

        Open(stretch);
        int row = plan.AddPrompt(this, stretch.Sequence!, stretch.Tokens, stretch.Shareable, most, out int count);
        if (row < 0)
        {
            return false;
        }

        _planned.Add(stretch);
        int from = stretch.Sequence!.Length - stretch.Start;
        foreach (ScoreMark mark in stretch.Node.Marks)
        {
            if (mark.Offset >= from && mark.Offset < from + count)
            {
                _slots.Add((plan.Batch.Score(row + mark.Offset - from, mark.Target, _entropies is not null), mark));
            }
        }

        return true;
    }

    /// <summary>Hands a computed stretch on to those that follow it.</summary>
    private void Continue(Stretch stretch)
    {
        foreach ((int request, int contextTokens) in stretch.Node.Users.Skip(1))
        {
            _cached[request] += contextTokens;
        }

        KvSequence sequence = stretch.Hand();
        IReadOnlyList<ScoreNode> children = stretch.Node.Children;
        if (children.Count == 0)
        {
            sequence.Dispose();
        }

        for (int i = children.Count - 1; i >= 0; i--)
        {
            var child = new Stretch(children[i], stretch);
            child.Inherit(i == 0 ? sequence : sequence.Fork());
            _ready.Add(child);
        }

        Done = _inWork.Count == 0 && _ready.Count == 0;
    }
}
