using Agentic.Benchmarks.Masks;
using Agentic.Benchmarks.Prefixes;
using Agentic.Benchmarks.RandomModels;
using BenchmarkDotNet.Running;

if (args is ["make-model", ..]) return MakeModel.Run(args[1..]);
if (args is ["prefix", ..]) return await PrefixBench.RunAsync(args[1..]);
if (args is ["masks", ..]) return await MaskBench.RunAsync(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(MakeModel).Assembly).Run(args);
return 0;
