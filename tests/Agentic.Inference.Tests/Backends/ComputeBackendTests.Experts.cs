using System.Runtime.InteropServices;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Mixtures of experts and products with stacked matrices.</summary>
public abstract partial class ComputeBackendTests
{
    private const int Experts = 6;

    [Theory]
    [MemberData(nameof(TypesAndModes))]
    public void GroupedMatMul_EveryTypeAndBatch_MatchesScalar(GgmlType type, ActivationMode mode)
    {
        using IComputeBackend backend = Create(mode);
        using var scalar = new ScalarBackend(mode);
        int columns = GgmlTypes.BlockSize(type) switch { 1 => 37, 32 => 96, _ => 256 };
        foreach (int outputs in new[] { 5, 32 })
        {
            foreach ((int rows, int perRow) in new[] { (1, 1), (1, 4), (2, 3), (11, 2), (40, 4) })
            {
                float[] expected = Expert(scalar, type, outputs, columns, rows, perRow, distinctInputs: rows % 2 == 0);
                float[] found = Expert(backend, type, outputs, columns, rows, perRow, distinctInputs: rows % 2 == 0);
                AssertClose(expected, found, 2e-5f, $"{type} {outputs}×{columns}, {rows} rows, {perRow} a row");
            }
        }
    }

    /// <summary>Gate (in the type) and up (F16) rows of each expert, with bias.</summary>
    private static float[] Expert(IComputeBackend backend, GgmlType type, int outputs, int columns, int rows, int perRow, bool distinctInputs)
    {
        var data = new RandomData(outputs + columns + rows);
        using DeviceMatrix matrix = Stack(
            backend, Experts, (type, Experts * outputs, columns, data.Weights(type, Experts * outputs, columns)), (GgmlType.F16, Experts * 3, columns, data.Weights(GgmlType.F16, Experts * 3, columns)));
        int xBlock = distinctInputs ? columns : 0, xStride = distinctInputs ? perRow * columns : columns;
        using DeviceBuffer x = backend.Floats(data.Floats(rows * xStride, 3)), bias = backend.Floats(data.Floats(matrix.Rows));
        using DeviceBuffer choices = backend.Ints(Choices(rows, perRow)), output = backend.Allocate(ElementType.Float32, rows * perRow * (outputs + 3));
        backend.GroupedMatMul(matrix, Experts, choices, rows, perRow, new RowBlocks(x, xStride, xBlock), new RowBlocks(output, perRow * (outputs + 3), outputs + 3), bias);
        return backend.Read(output);
    }

    [Fact]
    public void GroupedMatMul_WithoutChoices_MultipliesEachHeadByItsOwnMatrix()
    {
        const int heads = 3, rows = 10, columns = 20, outputs = 24, xStride = heads * 28 + 3, outputStride = heads * 30 + 1;
        var data = new RandomData(2);
        byte[] weights = data.Weights(GgmlType.F16, heads * outputs, columns);
        float[] values = data.Floats(rows * xStride), start = data.Floats(rows * outputStride);
        float[] Run(IComputeBackend backend)
        {
            using DeviceMatrix matrix = Stack(backend, heads, (GgmlType.F16, heads * outputs, columns, weights));
            using DeviceBuffer x = backend.Floats(values), output = backend.Floats(start);
            backend.GroupedMatMul(matrix, heads, null, rows, heads, new RowBlocks(x, xStride, 28, 3), new RowBlocks(output, outputStride, 30, 1));
            return backend.Read(output);
        }

        Compare(Run, 2e-5f, "heads");
    }

    [Theory]
    [InlineData(GgmlType.MXFP4, ActivationMode.Int8)]
    [InlineData(GgmlType.Q4_K, ActivationMode.Float32)]
    [InlineData(GgmlType.F16, ActivationMode.Int8)]
    public void GroupedMatMul_AnyBatch_HasTheBitsOfTheExpertsOwnProduct(GgmlType type, ActivationMode mode)
    {
        const int outputs = 40, columns = 256, rows = 23, perRow = 3;
        using IComputeBackend backend = Create(mode);
        var data = new RandomData(3);
        byte[] weights = data.Weights(type, Experts * outputs, columns);
        float[] values = data.Floats(rows * columns, 2), biases = data.Floats(Experts * outputs);
        int[] choice = Choices(rows, perRow);
        using DeviceMatrix matrix = Stack(backend, Experts, (type, Experts * outputs, columns, weights));
        using DeviceBuffer x = backend.Floats(values), bias = backend.Floats(biases), choices = backend.Ints(choice);
        using DeviceBuffer output = backend.Allocate(ElementType.Float32, rows * perRow * outputs);
        backend.GroupedMatMul(matrix, Experts, choices, rows, perRow, new RowBlocks(x, columns, 0), new RowBlocks(output, perRow * outputs, outputs), bias);
        float[] found = backend.Read(output);
        int expertBytes = weights.Length / Experts;
        for (int slot = 0; slot < rows * perRow; slot++)
        {
            int e = choice[slot];
            float[] alone = Product(
                backend, [(type, outputs, weights[(e * expertBytes)..((e + 1) * expertBytes)])], values[(slot / perRow * columns)..(slot / perRow * columns + columns)], 1, biases[(e * outputs)..((e + 1) * outputs)], null);
            Assert.Equal(alone, found[(slot * outputs)..((slot + 1) * outputs)]);
        }
    }

    [Fact]
    public void GroupedMatMul_MatrixOfOtherGroups_IsRefused()
    {
        using IComputeBackend backend = Create();
        using DeviceMatrix matrix = Stack(backend, 2, (GgmlType.F32, 8, 4, new byte[128]));
        using DeviceBuffer x = backend.Floats(new float[4]), choices = backend.Ints([5]), output = backend.Allocate(ElementType.Float32, 8);
        Assert.ThrowsAny<ArgumentException>(() => backend.GroupedMatMul(matrix, 2, choices, 1, 1, new RowBlocks(x, 4, 0), new RowBlocks(output, 4, 4)));
    }

    public static TheoryData<ExpertGating, bool, int, bool> Routings()
    {
        var data = new TheoryData<ExpertGating, bool, int, bool>();
        foreach (ExpertGating gating in Enum.GetValues<ExpertGating>())
        {
            data.Add(gating, false, 1, false);
            data.Add(gating, true, 1, false);
            data.Add(gating, true, 2, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Routings))]
    public void RouteExperts_EveryKind_MatchesScalarAndFeedsTheProduct(ExpertGating gating, bool normalise, int groupsUsed, bool biased)
    {
        const int rows = 33, experts = 20, used = 5, width = 37;
        var data = new RandomData(6);
        float[] router = data.Floats(rows * experts, 4), offset = data.Floats(experts), values = data.Floats(rows * used * width), start = data.Floats(rows * width);
        var routing = new ExpertRouting(experts, used, gating) { Normalise = normalise, Scale = 1.5f, Groups = biased ? 4 : 1, GroupsUsed = groupsUsed };
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer scores = backend.Floats(router), bias = backend.Floats(offset), chosen = backend.Allocate(ElementType.Int32, rows * used), weights = backend.Allocate(ElementType.Float32, rows * used);
            using DeviceMatrix one = Stack(backend, experts, (GgmlType.F32, experts, 1, MemoryMarshal.AsBytes([.. Enumerable.Range(0, experts).Select(e => (float)e)]).ToArray()));
            using DeviceBuffer unit = backend.Floats([1]), numbers = backend.Allocate(ElementType.Float32, rows * used), x = backend.Floats(values), output = backend.Floats(start);
            backend.RouteExperts(scores, rows, routing, biased ? bias : null, chosen, weights);
            backend.GroupedMatMul(one, experts, chosen, rows, used, new RowBlocks(unit, 0, 0), new RowBlocks(numbers, used, 1));
            backend.WeightedSum(x, weights, rows, used, width, output, accumulate: normalise);
            return [.. backend.Read(numbers), .. backend.Read(weights), .. backend.Read(output)];
        }

        Compare(Run, 2e-6f, $"{gating}");
    }

    [Fact]
    public void RouteExperts_ByHand_FollowsEachRule()
    {
        float[] logits = [MathF.Log(1), MathF.Log(4), MathF.Log(2), MathF.Log(3)];
        AssertClose([1, 3, 0.4f, 0.3f], Route(new ExpertRouting(4, 2, ExpertGating.Softmax), logits, null), 1e-6f, "softmax over all");
        AssertClose([1, 3, 4 / 7f * 3, 3 / 7f * 3], Route(new ExpertRouting(4, 2, ExpertGating.Softmax) { Normalise = true, Scale = 3 }, logits, null), 1e-6f, "renormalised, scaled");
        AssertClose([1, 3, 4 / 7f, 3 / 7f], Route(new ExpertRouting(4, 2, ExpertGating.SoftmaxOfChosen), logits, null), 1e-6f, "softmax over the chosen");

        // Sigmoids 1/2, 4/5, 2/3, 3/4: the bias moves the choice, not the weights.
        AssertClose([0, 1, 0.5f, 0.8f], Route(new ExpertRouting(4, 2, ExpertGating.Sigmoid), logits, [1, 0, 0, 0]), 1e-6f, "sigmoid with bias");

        // Groups {0, 1} and {2, 3}: 1.3 against 1.4167, so expert 1, the best of all, is out.
        AssertClose([3, 2, 0.75f, 2 / 3f], Route(new ExpertRouting(4, 2, ExpertGating.Sigmoid) { Groups = 2, GroupsUsed = 1 }, logits, null), 1e-6f, "groups");

        // By their best alone, {0, 1} goes before {2, 3}.
        AssertClose([1, 0, 0.8f, 0.5f], Route(new ExpertRouting(4, 2, ExpertGating.Sigmoid) { Groups = 2, GroupsUsed = 1, GroupBest = 1 }, logits, null), 1e-6f, "groups by their best");

        // Equal numbers: the lower expert first.
        AssertClose([0, 1, 0.25f, 0.25f], Route(new ExpertRouting(4, 2, ExpertGating.Softmax), [2, 2, 2, 2], null), 1e-6f, "ties");
    }

    /// <summary>Numbers of the chosen experts, then their weights.</summary>
    private float[] Route(ExpertRouting routing, float[] logits, float[]? offset)
    {
        using IComputeBackend backend = Create();
        using DeviceBuffer scores = backend.Floats(logits), chosen = backend.Allocate(ElementType.Int32, routing.Used), weights = backend.Allocate(ElementType.Float32, routing.Used);
        using DeviceBuffer? bias = offset is null ? null : backend.Floats(offset);
        using DeviceBuffer rows = backend.Floats([.. Enumerable.Range(0, routing.Experts).Select(e => (float)e)]), numbers = backend.Allocate(ElementType.Float32, routing.Used);
        backend.RouteExperts(scores, 1, routing, bias, chosen, weights);
        backend.GatherRows(rows, chosen, routing.Used, 1, numbers);
        return [.. backend.Read(numbers), .. backend.Read(weights)];
    }

    [Fact]
    public void CopyBlocks_BetweenLayouts_MatchesScalar()
    {
        var data = new RandomData(12);
        float[] from = data.Floats(5 * 50), to = data.Floats(5 * 41);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer source = backend.Floats(from), target = backend.Floats(to);
            backend.CopyBlocks(new RowBlocks(source, 50, 16, 7), new RowBlocks(target, 41, 13, 2), 5, 3, 9);
            return backend.Read(target);
        }

        Compare(Run, 0, "blocks");
    }

    private static int[] Choices(int rows, int perRow) => [.. Enumerable.Range(0, rows * perRow).Select(s => (s / perRow * 5 + s % perRow * (s / perRow % 2 + 1)) * 7 / 3 % Experts)];

    private protected static DeviceMatrix Stack(IComputeBackend backend, int groups, params (GgmlType Type, int Rows, int Columns, byte[] Bytes)[] parts)
    {
        GCHandle[] pins = [.. parts.Select(part => GCHandle.Alloc(part.Bytes, GCHandleType.Pinned))];
        DeviceMatrix matrix = backend.UploadGroups(groups, [.. parts.Select((part, i) => new MatrixSource(part.Type, part.Rows, part.Columns, pins[i].AddrOfPinnedObject()))]);
        foreach (GCHandle pin in pins) pin.Free();
        return matrix;
    }
}
