using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Agentic.Runs;

/// <summary>Runs an orchestrator and streams its events. However it ends, the last event is <see cref="FinishedEvent"/>.</summary>
public static class RunStream
{
    /// <summary>Runs <paramref name="body"/>; leaving the enumeration early cancels it.</summary>
    /// <param name="body">The orchestrator; what it throws becomes the status of the answer: a cancelled run, an exceeded budget, a failed call.</param>
    /// <param name="limits">What it may spend.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Cancels the run; it then ends with <see cref="RunStatus.Cancelled"/>, not with an exception.</param>
    /// <param name="journaling">How it is journalled; null when it is not.</param>
    /// <exception cref="DocumentException">The body refuses its documents.</exception>
    /// <exception cref="ConfigurationException">The body refuses its configuration, or the named run is about something else.</exception>
    /// <exception cref="StorageException">The journal cannot be opened.</exception>
    public static async IAsyncEnumerable<RunEvent> RunAsync(
        Func<RunSession, CancellationToken, Task<Answer>> body,
        RunLimits? limits = null,
        TimeProvider? time = null,
        RunJournaling? journaling = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateUnbounded<RunEvent>(new UnboundedChannelOptions { SingleReader = true });
        var session = new RunSession(limits, time, e => events.Writer.TryWrite(e), journaling);
        Task run = Task.Run(() => FinishAsync(body, session, events.Writer, stop.Token), CancellationToken.None);
        try
        {
            // The run itself watches the token, so that a cancelled run still reports how it ended.
            await foreach (RunEvent runEvent in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return runEvent;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(false);
        }
    }

    /// <summary>The answer of a stream of events.</summary>
    public static async Task<Answer> AnswerAsync(IAsyncEnumerable<RunEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        Answer? answer = null;
        await foreach (RunEvent runEvent in events.ConfigureAwait(false))
        {
            answer = (runEvent as FinishedEvent)?.Answer ?? answer;
        }

        return answer ?? throw new InvalidOperationException("The run ended without an answer.");
    }

    private static async Task FinishAsync(Func<RunSession, CancellationToken, Task<Answer>> body, RunSession session, ChannelWriter<RunEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            Answer answer = await Outcome(body, session, cancellationToken).ConfigureAwait(false);
            answer = answer with
            {
                Usage = session.Usage,
                Plan = answer.Plan ?? session.Plan,
                Trace = session.Trace,
                DeadLetters = session.DeadLetters,
                Run = session.Journal?.Run,
            };
            await WriteEndAsync(session, answer).ConfigureAwait(false);
            session.Emit(new FinishedEvent(answer));
            events.Complete();
        }
        catch (Exception e)
        {
            // Handed to the reader of the stream.
            events.Complete(e);
        }
        finally
        {
            if (session.Journal is { } journal)
            {
                await journal.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The answer is given even when its end cannot be written down: what was paid for is on record already.</summary>
    private static async Task WriteEndAsync(RunSession session, Answer answer)
    {
        try
        {
            if (session.Journal is { } journal)
            {
                await journal.FinishAsync(answer, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (StorageException e)
        {
            session.Emit(new WarningEvent($"The end of the run is not on record: {e.Message}"));
        }
    }

    private static async Task<Answer> Outcome(Func<RunSession, CancellationToken, Task<Answer>> body, RunSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await body(session, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Answer { Status = RunStatus.Cancelled, Reason = $"The run was cancelled after {session.Usage.Calls} model calls." };
        }
        catch (BudgetException e)
        {
            return new Answer { Status = RunStatus.BudgetExceeded, Reason = e.Message };
        }
        catch (AgenticException e) when (e is not (DocumentException or ConfigurationException) && !(e is StorageException && session.Journal is null))
        {
            return new Answer { Status = RunStatus.Failed, Reason = e.Message };
        }
        catch (Exception e) when (e is not AgenticException)
        {
            return new Answer { Status = RunStatus.Failed, Reason = $"An unexpected {e.GetType().Name} ended the run: {e.Message}" };
        }
    }
}
