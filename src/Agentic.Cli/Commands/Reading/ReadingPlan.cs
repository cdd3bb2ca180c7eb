using Agentic.Reading;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Reading.MapReduce;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Reading;

/// <summary>A strategy by name, with its options: makes the reader.</summary>
internal sealed record ReadingPlan(string Strategy, ChainOfAgentsOptions Options)
{
    public IReader Reader(IChatClient client) => Strategy switch
    {
        "direct" => new DirectReader(client, Options),
        "mapreduce" => new MapReduceReader(client, new MapReduceOptions(Options) { Worker = Options.Worker }),
        _ => new ChainOfAgentsReader(client, Options),
    };
}
