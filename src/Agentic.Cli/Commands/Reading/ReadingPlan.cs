using Agentic.Reading;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Reading.MapReduce;
using Agentic.Reading.MemWalker;
using Agentic.Reading.Retrieval;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Reading;

/// <summary>A strategy by name, with its options: makes the reader.</summary>
internal sealed record ReadingPlan(string Strategy, ChainOfAgentsOptions Options)
{
    /// <summary>Makes vectors for strategies that search; null = they search by words.</summary>
    public IEmbeddingGenerator<string, Embedding<float>>? Embedder { get; init; }

    /// <summary>Keeps what is dear to make; null = nothing is kept.</summary>
    public IArtefactStore? Artefacts { get; init; }

    /// <summary>Whether the tree and the way through it are printed after the answer.</summary>
    public bool ShowTree { get; init; }

    public IReader Reader(IChatClient client) => Strategy switch
    {
        "retrieve" => new RetrievalReader(client, new RetrievalOptions(Options) { Worker = Options.Worker, Embedder = Embedder, Vectors = Artefacts }),
        "tree" => new MemWalkerReader(client, new MemWalkerOptions(Options) { Worker = Options.Worker, Artefacts = Artefacts }),
        "direct" => new DirectReader(client, Options),
        "mapreduce" => new MapReduceReader(client, new MapReduceOptions(Options) { Worker = Options.Worker }),
        _ => new ChainOfAgentsReader(client, Options),
    };
}
