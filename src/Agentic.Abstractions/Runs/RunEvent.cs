using System.Text.Json.Serialization;

namespace Agentic;

/// <summary>Something that happened in a run. The same events feed progress display, tracing, the journal and the final trace.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType)]
[JsonDerivedType(typeof(PlannedEvent), "planned")]
[JsonDerivedType(typeof(JournalOpenedEvent), "journal")]
[JsonDerivedType(typeof(StageStartedEvent), "stage")]
[JsonDerivedType(typeof(ChunkStartedEvent), "chunk-started")]
[JsonDerivedType(typeof(ChunkDoneEvent), "chunk-done")]
[JsonDerivedType(typeof(CallDoneEvent), "call")]
[JsonDerivedType(typeof(RetryEvent), "retry")]
[JsonDerivedType(typeof(RecordDroppedEvent), "dropped")]
[JsonDerivedType(typeof(CollapsedEvent), "collapsed")]
[JsonDerivedType(typeof(TreeReadyEvent), "tree")]
[JsonDerivedType(typeof(NavigatedEvent), "navigated")]
[JsonDerivedType(typeof(DeadLetterEvent), "dead-letter")]
[JsonDerivedType(typeof(WarningEvent), "warning")]
[JsonDerivedType(typeof(TokenDeltaEvent), "delta")]
[JsonDerivedType(typeof(AnswerRestartedEvent), "restart")]
[JsonDerivedType(typeof(FinishedEvent), "finished")]
public abstract record RunEvent
{
    /// <summary>Time since the run began.</summary>
    public TimeSpan At { get; init; }
}

/// <summary>The plan is ready; calls follow.</summary>
public sealed record PlannedEvent(RunPlan Plan) : RunEvent;

/// <summary>The run is journalled; what it asks from now on survives the death of the process.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Known">Calls on record already; 0 for a new run.</param>
public sealed record JournalOpenedEvent(string Run, int Known) : RunEvent;

/// <summary>A stage begins.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Steps">Number of steps it will take, where known.</param>
public sealed record StageStartedEvent(string Stage, int? Steps) : RunEvent;

/// <summary>A chunk is about to be read.</summary>
/// <param name="Stage">Stage that reads it.</param>
/// <param name="Chunk">Index from 0.</param>
/// <param name="Count">Number of chunks.</param>
/// <param name="Span">Where it lies in the document.</param>
/// <param name="Source">Name of the document.</param>
public sealed record ChunkStartedEvent(string Stage, int Chunk, int Count, TextSpan Span, string Source) : RunEvent;

/// <summary>A chunk was read.</summary>
/// <param name="Stage">Stage that read it.</param>
/// <param name="Chunk">Index from 0.</param>
/// <param name="Count">Number of chunks.</param>
/// <param name="Note">What came of it, for people.</param>
public sealed record ChunkDoneEvent(string Stage, int Chunk, int Count, string Note) : RunEvent;

/// <summary>A model call ended well.</summary>
/// <param name="Stage">Stage it belongs to.</param>
/// <param name="Verb">Ask, Choose, Embed or Probe.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">Of these, served from a cache.</param>
/// <param name="GeneratedTokens">Tokens generated.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record CallDoneEvent(string Stage, string Verb, long PromptTokens, long CachedTokens, long GeneratedTokens, double Seconds) : RunEvent
{
    /// <summary>Whether it was answered from the journal: nothing was asked of the model, and the figures are those of the first time.</summary>
    public bool Journalled { get; init; }
}

/// <summary>A call will be tried again.</summary>
public sealed record RetryEvent(string Stage, int Attempt, string Reason) : RunEvent;

/// <summary>A record or fact was left out.</summary>
public sealed record RecordDroppedEvent(string Stage, int? Chunk, string Reason) : RunEvent;

/// <summary>Records were merged so that they fit.</summary>
/// <param name="Round">Round, from 1.</param>
/// <param name="Before">Tokens before it.</param>
/// <param name="After">Tokens after it.</param>
public sealed record CollapsedEvent(int Round, int Before, int After) : RunEvent;

/// <summary>The tree of summaries over the documents stands; the walk follows.</summary>
/// <param name="Nodes">Its nodes as one would read them: each before what is below it.</param>
/// <param name="Kept">Summaries that were there from before.</param>
public sealed record TreeReadyEvent(IReadOnlyList<TreeLine> Nodes, int Kept) : RunEvent;

/// <summary>A node of a tree, for people.</summary>
/// <param name="Name">Its name, such as <c>leaf 3</c>.</param>
/// <param name="Depth">Steps from the root.</param>
/// <param name="Summary">The beginning of its summary.</param>
public sealed record TreeLine(string Name, int Depth, string Summary);

/// <summary>The walk through a tree went on.</summary>
/// <param name="Node">Where it stood.</param>
/// <param name="Action">What it did: <c>to</c> a child, <c>commit</c>, <c>note</c> or <c>revert</c>.</param>
/// <param name="Reason">Why; empty when the model gave no reason.</param>
public sealed record NavigatedEvent(string Node, string Action, string Reason) : RunEvent;

/// <summary>A piece of work failed for good.</summary>
public sealed record DeadLetterEvent(DeadLetter Letter) : RunEvent;

/// <summary>Something the user should know, one sentence.</summary>
public sealed record WarningEvent(string Message) : RunEvent;

/// <summary>Text of the final answer as it is generated. Only the final stage emits it.</summary>
public sealed record TokenDeltaEvent(string Text) : RunEvent;

/// <summary>The text streamed so far is void; another attempt follows.</summary>
public sealed record AnswerRestartedEvent(string Reason) : RunEvent;

/// <summary>The run ended; always the last event.</summary>
public sealed record FinishedEvent(Answer Answer) : RunEvent;
