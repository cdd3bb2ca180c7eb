using System.Diagnostics;
using System.Runtime.InteropServices;
using Agentic.Inference.Backends;
using Agentic.Inference.Models.Blocks;

namespace Agentic.Inference.Models;

/// <summary>Turns final states into what was asked of them: logits are formed for wanted rows only, a bounded group of rows at a time.</summary>
internal sealed class OutputHead
{
    private readonly IComputeBackend _backend;
    private readonly ModelConfig _config;
    private readonly ModelWeights _weights;
    private readonly Activations _buffers;
    private readonly ModelTimings _timings;
    private readonly int _width;
    private readonly int _vocabulary;
    private readonly int _groupRows;
    private readonly List<OutputRequest> _ordered = [];
    private readonly List<int> _rows = [];
    private readonly List<SamplingRow> _sampling = [];
    private readonly SampledToken[] _sampled;
    private readonly int[] _targets;
    private readonly float[] _logProbs;
    private readonly float[] _entropies;
    private readonly float[] _state;

    public OutputHead(IComputeBackend backend, ModelConfig config, ModelWeights weights, Activations buffers, ModelTimings timings)
    {
        _backend = backend;
        _timings = timings;
        _config = config;
        _weights = weights;
        _buffers = buffers;
        _width = config.EmbeddingLength;
        _vocabulary = config.VocabularySize;
        _groupRows = (int)buffers.LogitRowIndices.Length;
        _sampled = new SampledToken[_groupRows];
        _targets = new int[_groupRows];
        _logProbs = new float[_groupRows];
        _entropies = new float[_groupRows];
        _state = new float[_width];
    }

    /// <summary>Answers all requests of a batch.</summary>
    /// <param name="batch">Requests and room for results.</param>
    /// <param name="stateOf">Where a row's final state lies in <see cref="Activations.Normed"/>.</param>
    public void Answer(StepBatch batch, ReadOnlySpan<int> stateOf)
    {
        batch.PrepareResults(_vocabulary, _width);
        _ordered.Clear();
        _ordered.AddRange(batch.Requests);
        _ordered.Sort(static (a, b) => (a.Kind, a.Row, a.Slot).CompareTo((b.Kind, b.Row, b.Slot)));
        ReadOnlySpan<OutputRequest> requests = CollectionsMarshal.AsSpan(_ordered);
        while (!requests.IsEmpty)
        {
            int taken = requests[0].Kind switch
            {
                OutputKind.Sample => Sample(batch, requests, stateOf),
                OutputKind.Score => Score(batch, requests, stateOf),
                OutputKind.State => SumStates(batch, requests, stateOf),
                _ => ReadLogits(batch, requests, stateOf),
            };
            requests = requests[taken..];
        }
    }

    private int Sample(StepBatch batch, ReadOnlySpan<OutputRequest> requests, ReadOnlySpan<int> stateOf)
    {
        requests = Group(requests, stateOf, distinctRows: false);
        _sampling.Clear();
        foreach (OutputRequest request in requests)
        {
            _sampling.Add(batch.SamplingRows[request.Slot]);
        }

        Project();
        long start = Stopwatch.GetTimestamp();
        _backend.Sample(_buffers.Logits, _vocabulary, _sampling, _sampled.AsSpan(0, requests.Length));
        _timings.RecordSampling(Stopwatch.GetElapsedTime(start));
        for (int i = 0; i < requests.Length; i++)
        {
            batch.Sampled[requests[i].Slot] = _sampled[i];
        }

        return requests.Length;
    }

    private int Score(StepBatch batch, ReadOnlySpan<OutputRequest> requests, ReadOnlySpan<int> stateOf)
    {
        requests = Group(requests, stateOf, distinctRows: true);
        Project();
        Entropies(batch, requests);

        // A row may have several targets: round n takes the n-th of each row that has one.
        int answered = 0;
        for (int round = 0; answered < requests.Length; round++)
        {
            for (int pass = 0; pass < 2; pass++)
            {
                int group = -1;
                int nth = 0;
                for (int i = 0; i < requests.Length; i++)
                {
                    bool sameRow = i > 0 && requests[i].Row == requests[i - 1].Row;
                    group += sameRow ? 0 : 1;
                    nth = sameRow ? nth + 1 : 0;
                    if (nth != round)
                    {
                        continue;
                    }

                    if (pass == 0)
                    {
                        _targets[group] = batch.Targets[requests[i].Slot];
                    }
                    else
                    {
                        batch.LogProbs[requests[i].Slot] = _logProbs[group];
                        answered++;
                    }
                }

                if (pass == 0)
                {
                    _backend.TargetLogProbs(_buffers.Logits, _rows.Count, _vocabulary, _targets.AsSpan(0, _rows.Count), _logProbs.AsSpan(0, _rows.Count));
                }
            }
        }

        return requests.Length;
    }

    private void Entropies(StepBatch batch, ReadOnlySpan<OutputRequest> requests)
    {
        int group = -1;
        bool computed = false;
        for (int i = 0; i < requests.Length; i++)
        {
            group += i > 0 && requests[i].Row == requests[i - 1].Row ? 0 : 1;
            if (batch.WantsEntropy[requests[i].Slot])
            {
                if (!computed)
                {
                    _backend.Entropies(_buffers.Logits, _rows.Count, _vocabulary, _entropies);
                    computed = true;
                }

                batch.Entropies[requests[i].Slot] = _entropies[group];
            }
        }
    }

    private int ReadLogits(StepBatch batch, ReadOnlySpan<OutputRequest> requests, ReadOnlySpan<int> stateOf)
    {
        requests = Group(requests, stateOf, distinctRows: false);
        Project();
        for (int i = 0; i < requests.Length; i++)
        {
            _backend.Read(_buffers.Logits, (long)i * _vocabulary, batch.LogitRows[requests[i].Slot]);
        }

        return requests.Length;
    }

    private int SumStates(StepBatch batch, ReadOnlySpan<OutputRequest> requests, ReadOnlySpan<int> stateOf)
    {
        int taken = 0;
        for (; taken < requests.Length && requests[taken].Kind == OutputKind.State; taken++)
        {
            _backend.Read(_buffers.Normed, (long)stateOf[requests[taken].Row] * _width, _state);
            double[] sum = batch.StateSums[requests[taken].Slot];
            for (int i = 0; i < _state.Length; i++)
            {
                sum[i] += _state[i];
            }
        }

        return taken;
    }

    /// <summary>Takes leading requests of one kind whose rows fit a group, and notes where the states of these rows lie.</summary>
    private ReadOnlySpan<OutputRequest> Group(ReadOnlySpan<OutputRequest> requests, ReadOnlySpan<int> stateOf, bool distinctRows)
    {
        _rows.Clear();
        int count = 0;
        while (count < requests.Length && requests[count].Kind == requests[0].Kind)
        {
            if (!distinctRows || count == 0 || requests[count].Row != requests[count - 1].Row)
            {
                if (_rows.Count == _groupRows)
                {
                    break;
                }

                _rows.Add(stateOf[requests[count].Row]);
            }

            count++;
        }

        return requests[..count];
    }

    private void Project()
    {
        _backend.Write(_buffers.LogitRowIndices, 0, CollectionsMarshal.AsSpan(_rows));
        _backend.GatherRows(_buffers.Normed, _buffers.LogitRowIndices, _rows.Count, _width, _buffers.LogitInput);
        _backend.MatMul(_weights.Output, _buffers.LogitInput, _rows.Count, _buffers.Logits, _weights.OutputBias);
        if (_config.LogitDivisor != 1 || _config.LogitSoftCap > 0)
        {
            _backend.Scale(_buffers.Logits, (long)_rows.Count * _vocabulary, 1 / _config.LogitDivisor, _config.LogitSoftCap);
        }
    }
}
