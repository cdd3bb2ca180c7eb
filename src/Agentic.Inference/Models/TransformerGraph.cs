using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;
using Agentic.Inference.Models.Blocks;

namespace Agentic.Inference.Models;

/// <summary>
/// The forward pass of a decoder, written once against the backend's operations: a residual stream to which every layer adds an attention
/// branch and a feed-forward branch. What architectures differ in is data, their description and the file; what layers differ in is their blocks.
/// </summary>
internal sealed class TransformerGraph
{
    private readonly IComputeBackend _backend;
    private readonly ModelConfig _config;
    private readonly ModelWeights _weights;
    private readonly Activations _buffers;
    private readonly List<SequenceRows> _sequences = [];
    private readonly TransformerLayer[] _layers;
    private readonly AttentionReader _reader;
    private readonly bool _parallel;
    private readonly bool _layerNorm;

    public TransformerGraph(IComputeBackend backend, ModelConfig config, ModelWeights weights, ModelRotation rotation, Activations buffers, DeviceKvPool pool)
    {
        _backend = backend;
        _config = config;
        _weights = weights;
        _buffers = buffers;
        _parallel = config.Traits.ParallelResidual;
        _layerNorm = config.Traits.Norm == NormKind.Layer;
        _reader = new AttentionReader(backend, config, _sequences);
        var context = new BlockContext(backend, config, buffers, pool, _sequences);
        _layers = [.. weights.Layers.Select((layer, i) => TransformerLayer.Create(context, layer, i, rotation))];
    }

    /// <summary>The sequences of the step about to run, in row order; filled by the caller.</summary>
    public List<SequenceRows> Sequences => _sequences;

    /// <summary>Sees the residual stream after the embedding (−1) and after every layer, with the number of its rows.</summary>
    public Action<int, DeviceBuffer, int>? Watch { get; set; }

    /// <summary>
    /// Runs all layers over the tokens and positions in the buffers and appends to the cache. Afterwards <see cref="Activations.Normed"/>
    /// holds, one after the other, the final normed states of the <paramref name="kept"/> rows named in <see cref="Activations.Kept"/>,
    /// and the sums of <paramref name="attention"/> have what the rows of this step pay.
    /// </summary>
    public void Run(int rows, int kept, List<AttentionRequest> attention)
    {
        Embed(rows);
        Watch?.Invoke(-1, _buffers.Hidden, rows);
        for (int i = 0; i < _layers.Length - 1; i++)
        {
            TransformerLayer layer = _layers[i];
            DeviceBuffer input = Remember(layer, rows);
            _reader.Attend(layer.Attention, i, attention);
            Finish(layer, rows, input, _buffers.Mixed, _buffers.Hidden);
            Watch?.Invoke(i, _buffers.Hidden, rows);
        }

        // Of the last layer the cache needs all rows, but only rows whose states are wanted need what follows.
        TransformerLayer last = _layers[^1];
        DeviceBuffer lastInput = Remember(last, rows);
        int number = _layers.Length - 1;
        if (kept > 0 || AttentionReader.Wanted(attention, number))
        {
            _reader.Attend(last.Attention, number, attention);
        }

        if (kept == 0)
        {
            return;
        }

        DeviceBuffer mixed = _buffers.Mixed;
        DeviceBuffer hidden = _buffers.Hidden;
        if (kept < rows)
        {
            _backend.GatherRows(mixed, _buffers.Kept, kept, _buffers.MixedWidth, _buffers.KeptMixed);
            _backend.GatherRows(hidden, _buffers.Kept, kept, _config.EmbeddingLength, _buffers.KeptHidden);
            (mixed, hidden) = (_buffers.KeptMixed, _buffers.KeptHidden);
            if (_parallel)
            {
                _backend.GatherRows(lastInput, _buffers.Kept, kept, _config.EmbeddingLength, _buffers.KeptInput!);
                lastInput = _buffers.KeptInput!;
            }
        }

        Finish(last, kept, lastInput, mixed, hidden);
        Watch?.Invoke(number, hidden, kept);
        Norm(hidden, _weights.OutputNorm, kept, _buffers.Normed);
    }

    private void Embed(int rows)
    {
        _backend.Embed(_weights.TokenEmbedding, _buffers.Tokens, rows, _buffers.Hidden, _config.EmbeddingScale);
        if (_weights.PositionEmbedding is { } positions)
        {
            _backend.Embed(positions, _buffers.Positions, rows, _buffers.Hidden, accumulate: true);
        }
    }

    /// <summary>Norms what goes into attention, and hands it over; keys and values go to the cache.</summary>
    /// <returns>What went in.</returns>
    private DeviceBuffer Remember(TransformerLayer layer, int rows)
    {
        DeviceBuffer input = Input(_buffers.Hidden, layer.Norms.AttentionNorm, rows);
        layer.Attention.Remember(input, rows);
        return input;
    }

    /// <summary>What follows attention in a layer, added to the residual stream.</summary>
    private void Finish(TransformerLayer layer, int rows, DeviceBuffer attentionInput, DeviceBuffer mixed, DeviceBuffer hidden)
    {
        if (BranchTarget(layer.Norms.PostAttentionNorm, hidden) is var target && target == hidden)
        {
            layer.Attention.Project(mixed, rows, hidden, accumulate: true);
        }
        else
        {
            layer.Attention.Project(mixed, rows, target, accumulate: false);
            AddBranch(layer.Norms.PostAttentionNorm, rows, hidden);
        }

        DeviceBuffer input = _parallel ? attentionInput : Input(hidden, layer.Norms.FeedForwardNorm, rows);
        target = BranchTarget(layer.Norms.PostFeedForwardNorm, hidden);
        layer.FeedForward.Run(input, rows, target, accumulate: target == hidden);
        if (target != hidden)
        {
            AddBranch(layer.Norms.PostFeedForwardNorm, rows, hidden);
        }
    }

    private DeviceBuffer Input(DeviceBuffer hidden, NormWeights? norm, int rows)
    {
        if (norm is null)
        {
            return hidden;
        }

        Norm(hidden, norm, rows, _buffers.Normed);
        return _buffers.Normed;
    }

    /// <summary>Where a branch's last product goes: straight to the residual stream when nothing is done to it first.</summary>
    private DeviceBuffer BranchTarget(NormWeights? post, DeviceBuffer hidden) =>
        post is null && _config.ResidualScale == 1 ? hidden : _buffers.Branch!;

    private void AddBranch(NormWeights? post, int rows, DeviceBuffer hidden)
    {
        if (post is not null)
        {
            Norm(_buffers.Branch!, post, rows, _buffers.Branch!);
        }

        _backend.Add(hidden, _buffers.Branch!, (long)rows * _config.EmbeddingLength, _config.ResidualScale);
    }

    private void Norm(DeviceBuffer x, NormWeights norm, int rows, DeviceBuffer output)
    {
        if (_layerNorm)
        {
            _backend.LayerNorm(x, norm.Weight, norm.Bias, _config.NormEpsilon, rows, _config.EmbeddingLength, output);
        }
        else
        {
            _backend.RmsNorm(x, norm.Weight, _config.NormEpsilon, rows, _config.EmbeddingLength, output);
        }
    }
}
