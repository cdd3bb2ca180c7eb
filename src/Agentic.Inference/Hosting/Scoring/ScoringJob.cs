using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Hosting.Scoring;

/// <summary>Walks the tree of a scoring call, many stretches a step, depth first so that few pages wait for their turn.</summary>
internal sealed class ScoringJob : EngineJob
{
    private readonly IReadOnlyList<ScoringRequest> _requests;
    private readonly IReadOnlyList<ScoreNode> _roots;
    private readonly int _longestPages;
    private readonly double[][][] _scores;
    private readonly double[][][]? _entropies;
    private readonly int[] _cached;
    private readonly Stack<Stretch> _ready = [];
    private readonly List<Stretch> _inWork = [];
    private readonly List<(Stretch Stretch, int Row, int Count)> _planned = [];
    private readonly List<(int Slot, ScoreMark Mark)> _slots = [];
    private readonly TaskCompletionSource<IReadOnlyList<ScoringResult>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken;
    private EngineContext? _context;

    public ScoringJob(IReadOnlyList<ScoringRequest> requests, int poolPages, CancellationToken cancellationToken, bool entropies = false)
    {
        _requests = requests;
        _cancellationToken = cancellationToken;
        _roots = ScoreTree.Build(requests);
        _scores = [.. requests.Select(request => request.Candidates.Select(candidate => new double[candidate.Count]).ToArray())];
        _entropies = entropies ? [.. requests.Select(request => request.Candidates.Select(candidate => new double[candidate.Count]).ToArray())] : null;
        _cached = new int[requests.Count];
        Pages = (int)Math.Min(poolPages, _roots.Sum(root => root.TotalPages));
        _longestPages = (int)Math.Min(poolPages, _roots.Max(root => root.LongestPages));
    }

    public override int Pages { get; }

    public Task<IReadOnlyList<ScoringResult>> Result => _result.Task;

    /// <summary>For each request, candidate and token the entropy of the distribution that the token was scored by; there once the result is.</summary>
    public IReadOnlyList<double[][]> Entropies => _entropies!;

    public override void Begin(EngineContext context)
    {
        _context = context;
        foreach (ScoreNode root in _roots.Reverse())
        {
            var stretch = new Stretch(root, context.Cache.Find(root.Tokens, FirstNeeded(root)));
            stretch.Done = stretch.Sequence.Length;
            _cached[root.Users[0].Request] += Math.Min(stretch.Done, root.Users[0].ContextTokens);
            if (stretch.Left == 0)
            {
                Continue(stretch);
            }
            else
            {
                _ready.Push(stretch);
            }
        }
    }

    public override void PlanPrefill(StepPlan plan)
    {
        _planned.Clear();
        _slots.Clear();
        foreach (Stretch stretch in _inWork)
        {
            TryAdd(plan, stretch);
        }

        while (plan.Room > 0 && _ready.TryPeek(out Stretch? next) && MayStart(next) && TryAdd(plan, next))
        {
            _inWork.Add(_ready.Pop());
        }

        if (_planned.Count == 0 && plan.Room > 0 && plan.Batch.Rows == 0)
        {
            throw new KvCacheFullException(_longestPages, _context!.Cache.FreePages, _context.Cache.TotalPages);
        }
    }

    public override void Complete(StepPlan plan)
    {
        foreach ((int slot, ScoreMark mark) in _slots)
        {
            double score = plan.Batch.LogProb(slot);
            if (double.IsNaN(score))
            {
                _planned.ForEach(planned => planned.Stretch.Sequence.Discard());
                throw new ModelCallException("The model computed numbers that are not finite.");
            }

            _scores[mark.Request][mark.Candidate][mark.Index] = score;
            if (_entropies is not null)
            {
                _entropies[mark.Request][mark.Candidate][mark.Index] = plan.Batch.Entropy(slot);
            }
        }

        foreach ((Stretch stretch, _, int count) in _planned)
        {
            stretch.Done += count;
            if (stretch.Done == stretch.Node.Tokens.Length)
            {
                _inWork.Remove(stretch);
                Continue(stretch);
            }
        }

        Done = _inWork.Count == 0 && _ready.Count == 0;
    }

    public override void Release(EngineContext context)
    {
        foreach (Stretch stretch in _inWork.Concat(_ready))
        {
            stretch.Sequence.Dispose();
        }
    }

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

    /// <summary>Index of the first row of a root that must be computed: the first that is asked for something.</summary>
    private static int FirstNeeded(ScoreNode root) => root.Marks.Count == 0 ? root.Tokens.Length : root.Marks.Min(mark => mark.Offset);

    /// <summary>Whether a stretch may start: beside others only while the longest way would still find its pages.</summary>
    private bool MayStart(Stretch stretch) =>
        _inWork.Count == 0 || _context!.Cache.FreePages >= _inWork.Sum(other => other.PagesToTake) + stretch.PagesToTake + _longestPages;

    private bool TryAdd(StepPlan plan, Stretch stretch)
    {
        int count = Math.Min(plan.Room, stretch.Left);
        if (count == 0)
        {
            return false;
        }

        int row = plan.Add(this, stretch.Sequence, stretch.Node.Tokens.AsSpan(stretch.Done, count));
        if (row < 0)
        {
            return false;
        }

        _planned.Add((stretch, row, count));
        foreach (ScoreMark mark in stretch.Node.Marks)
        {
            if (mark.Offset >= stretch.Done && mark.Offset < stretch.Done + count)
            {
                _slots.Add((plan.Batch.Score(row + mark.Offset - stretch.Done, mark.Target, _entropies is not null), mark));
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

        IReadOnlyList<ScoreNode> children = stretch.Node.Children;
        if (children.Count == 0)
        {
            stretch.Sequence.Dispose();
        }

        for (int i = children.Count - 1; i >= 0; i--)
        {
            KvSequence sequence = i == 0 ? stretch.Sequence : stretch.Sequence.Fork();
            _ready.Push(new Stretch(children[i], sequence));
        }
    }

    /// <summary>A node on its way through the engine.</summary>
    private sealed class Stretch(ScoreNode node, KvSequence sequence)
    {
        public ScoreNode Node => node;

        public KvSequence Sequence => sequence;

        /// <summary>Tokens computed.</summary>
        public int Done { get; set; }

        public int Left => node.Tokens.Length - Done;

        public int PagesToTake => sequence.PagesToTake(Left);
    }
}
