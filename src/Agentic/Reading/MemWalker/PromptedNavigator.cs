using System.Globalization;
using Agentic.Agents;
using Agentic.Agents.Records;
using Agentic.Documents;
using Agentic.Grounding;
using Agentic.Reading.ChainOfAgents;

namespace Agentic.Reading.MemWalker;

/// <summary>Triage and reading of leaves by prompt: the model fills in a form whose action is one of those that are legal here.</summary>
internal sealed class PromptedNavigator(AgentCaller caller, MemWalkerAgents agents, string question, MemWalkerOptions options, bool reasons, int collect) : ITriage, ILeafReader
{
    private const string Commit = "commit";
    private const string Note = "note";
    private const string Revert = "revert";

    private readonly List<(TreeNode Leaf, Draft Draft)> _found = [];

    public IReadOnlyList<Evidence> Evidence => [.. _found.SelectMany(f => f.Draft.Evidence)];

    public static RecordFormat TriageForm(int children, bool revert, bool reasons) => new(
        [.. Reasoning(reasons, "which part could hold it, and why"), new RecordField("action", "what to do")
        {
            Kind = RecordFieldKind.Choice,
            Choices = [.. Enumerable.Range(1, children).Select(i => i.ToString(CultureInfo.InvariantCulture)), .. revert ? (string[])[Revert] : []],
        }]);

    public static RecordFormat LeafForm(bool revert, bool collect, bool reasons) => new(
        [
            .. Reasoning(reasons, "what the part says about the question"),
            new RecordField("quotes", "exact sentences of the part that the answer rests on; never changed") { Kind = RecordFieldKind.List, Required = false, MaxItems = 4, MaxLength = 400 },
            .. revert ? (RecordField[])[new RecordField("action", "what to do") { Kind = RecordFieldKind.Choice, Choices = collect ? [Commit, Note, Revert] : [Commit, Revert] }] : [],
            new RecordField("answer", "the answer; empty when there is none") { Required = false, MaxLength = 600 },
        ]);

    public async Task<Move> ChooseAsync(Fork fork, AgentCaller door, CancellationToken cancellationToken)
    {
        RecordFormat form = TriageForm(fork.Children.Count, fork.MayRevert, reasons);
        AgentReply reply = await door.AskAsync(
            new AskRequest { Stage = TreeWalk.Stage, Agent = agents.Triage, Variables = Triaged(form, TreeBuilder.Numbered(fork.Children), fork.Memory, fork.MayRevert), Format = form },
            cancellationToken).ConfigureAwait(false);
        string action = reply.Record!.Text("action");
        return new Move(action == Revert ? null : fork.Children[int.Parse(action, CultureInfo.InvariantCulture) - 1], reply.Record.Text("reasoning"), Asked: true);
    }

    public async Task<Verdict> ReadAsync(TreeNode leaf, string memory, AgentCaller door, CancellationToken cancellationToken)
    {
        Chunk chunk = leaf.Chunk!;
        RecordFormat form = LeafForm(options.Revert, collect > 1, reasons);
        AgentReply reply = await door.AskAsync(
            new AskRequest
            {
                Stage = TreeWalk.Stage,
                Agent = agents.Leaf,
                Variables = Read(form, chunk.Text, memory),
                Chunk = chunk.Index,
                Format = form,
                Refuse = text => form.TryRead(text, out ReplyRecord? record, out _) && record.Text("action") is Commit or Note && record.Text("answer").Length == 0 ? "The action needs an ANSWER." : null,
            },
            cancellationToken).ConfigureAwait(false);
        string text = AnswerText.Clean(reply.Record!.Text("answer"));
        string action = options.Revert ? reply.Record.Text("action") : Commit;
        string reason = reply.Record.Text("reasoning");
        if (action == Revert || RecordValue.IsNothing(text))
        {
            return new Verdict(LeafAction.Revert, reason);
        }

        _found.Add((leaf, new Draft(text, Cited(chunk, text, reply.Record.List("quotes")))));
        return new Verdict(action == Note ? LeafAction.Note : LeafAction.Commit, reason.Length > 0 ? reason : text);
    }

    public async Task<Draft> AnswerAsync(CancellationToken cancellationToken)
    {
        if (_found.Count == 1)
        {
            caller.Session.Emit(new TokenDeltaEvent(_found[0].Draft.Text));
            return _found[0].Draft;
        }

        if (_found.Count == 0)
        {
            return new Draft("", []);
        }

        string notes = string.Join('\n', _found.OrderBy(f => f.Leaf.Chunk!.Index).Select(f => $"- {string.Join(' ', f.Draft.Evidence.Where(e => e.Verified).Select(e => $"\"{e.Quote}\""))} {f.Draft.Text}"));
        return await FinalAsync(notes, "", Evidence, cancellationToken).ConfigureAwait(false);
    }

    public async Task<Draft> GuessAsync(TreeNode leaf, string memory, CancellationToken cancellationToken)
    {
        if (_found.Count > 0)
        {
            return await AnswerAsync(cancellationToken).ConfigureAwait(false);
        }

        Draft draft = await FinalAsync(leaf.Chunk!.Text, memory, [], cancellationToken).ConfigureAwait(false);
        return draft.Text.Length == 0 ? draft : draft with { Evidence = Cited(leaf.Chunk, draft.Text, []) };
    }

    /// <summary>Tokens of each prompt without summaries, text and memory.</summary>
    public static (int Triage, int Leaf, int Answer) Templates(AgentCaller caller, MemWalkerAgents agents, string question, MemWalkerOptions options, bool reasons, int collect)
    {
        var blank = new PromptedNavigator(caller, agents, question, options, reasons, collect);
        return (
            caller.CountPrompt(agents.Triage, blank.Triaged(TriageForm(options.Children, true, reasons), "", " ", true)),
            caller.CountPrompt(agents.Leaf, blank.Read(LeafForm(options.Revert, collect > 1, reasons), "", " ")),
            caller.CountPrompt(agents.Answer, blank.Answered("", " ")));
    }

    private async Task<Draft> FinalAsync(string notes, string memory, IReadOnlyList<Evidence> evidence, CancellationToken cancellationToken)
    {
        int room = caller.Model.Window - caller.Model.Safety - (options.AnswerTokens ?? agents.Answer.Card.MaxOutput) - caller.CountPrompt(agents.Answer, Answered("", memory));
        int fits = caller.Model.Counter.PrefixLength(notes, Math.Max(0, room));
        if (fits < notes.Length)
        {
            caller.Session.Emit(new RecordDroppedEvent(TreeWalk.Stage, null, "What was gathered does not fit the last prompt; its end was left out."));
        }

        AgentReply reply = await caller.AskAsync(
            new AskRequest { Stage = TreeWalk.AnswerStage, Agent = agents.Answer, Variables = Answered(notes[..fits], memory), MaxOutput = options.AnswerTokens, Stream = true },
            cancellationToken).ConfigureAwait(false);
        return new Draft(AnswerText.Clean(reply.Text), evidence);
    }

    /// <summary>Quotations that stand in the text, else the sentence that bears the answer, else what was claimed.</summary>
    private static List<Evidence> Cited(Chunk chunk, string answer, IReadOnlyList<string> quotes)
    {
        List<Evidence> cited = [.. quotes.Select(q => EvidenceLocator.Locate(chunk.Document, q, TreeWalk.Stage, chunk.Index, 1, chunk.Span)).OrderByDescending(e => e.Verified)];
        return cited.Any(e => e.Verified) || AnswerEvidence.SentenceWith(answer, chunk) is not { } sentence
            ? cited
            : [EvidenceLocator.Locate(chunk.Document, chunk.Document.Text.Substring(sentence.Start, sentence.Length), TreeWalk.Stage, chunk.Index, 1, sentence), .. cited];
    }

    private static IEnumerable<RecordField> Reasoning(bool reasons, string what) => reasons ? [new RecordField("reasoning", what) { Required = false, MaxLength = 500 }] : [];

    private Dictionary<string, object?> Triaged(RecordFormat form, string children, string memory, bool revert) => new(StringComparer.Ordinal)
    {
        ["question"] = question,
        ["form"] = caller.Form(form),
        ["memory"] = memory,
        ["revert"] = revert ? "yes" : "",
        ["children"] = children,
    };

    private Dictionary<string, object?> Read(RecordFormat form, string chunk, string memory) => new(StringComparer.Ordinal)
    {
        ["question"] = question,
        ["form"] = caller.Form(form),
        ["memory"] = memory,
        ["revert"] = options.Revert ? "yes" : "",
        ["collect"] = collect > 1 ? "yes" : "",
        ["chunk"] = chunk,
    };

    private Dictionary<string, object?> Answered(string notes, string memory) => new(StringComparer.Ordinal) { ["question"] = question, ["memory"] = memory, ["notes"] = notes };
}
