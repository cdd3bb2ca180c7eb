using Agentic;
using Agentic.Benchmarks.Drafts;
using Agentic.Benchmarks.Embeddings;
using Agentic.Benchmarks.Hosting;
using Agentic.Benchmarks.Masks;
using Agentic.Benchmarks.Prefixes;
using Agentic.Benchmarks.RandomModels;
using Agentic.Benchmarks.Tables;
using BenchmarkDotNet.Running;

try
{
    if (args is ["make-model", ..]) return MakeModel.Run(args[1..]);
    if (args is ["table", ..]) return await TableCommand.RunAsync(args[1..]);
    if (args is ["host-overhead", ..]) return await HostOverhead.RunAsync(args[1..]);
    if (args is ["drafts", ..]) return await DraftBench.RunAsync(args[1..]);
    if (args is ["prefix", ..]) return await PrefixBench.RunAsync(args[1..]);
    if (args is ["embeddings", ..]) return EmbeddingBench.Run(args[1..]);
    if (args is ["steps", ..]) return await StepTimes.RunAsync(args[1..]);
    if (args is ["masks", ..]) return await MaskBench.RunAsync(args[1..]);
}
catch (AgenticException e)
{
    Console.Error.WriteLine($"{e.Message} {e.Hint}");
    return 1;
}

BenchmarkSwitcher.FromAssembly(typeof(MakeModel).Assembly).Run(args);
return 0;
