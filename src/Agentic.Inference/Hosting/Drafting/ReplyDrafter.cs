using Agentic.Inference.Constraints;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Drafting;

/// <summary>
/// Guesses how a reply goes on (prompt lookup; Saxena 2023): by what followed the last tokens where they stood before in prompt or reply, and by
/// what a grammar forces. The guesses of a step are computed as rows beside the reply's own and count only as far as the drawn tokens agree.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ReplyDrafter
{
    private readonly NgramIndex _index;
    private readonly DraftAcceptance _acceptance = new();
    private readonly Tokenizer _tokenizer;
    private readonly bool _endsCount;
    private readonly int _longest;
    private readonly List<(int Token, int Kind)> _guesses = [];
    private readonly List<int> _drafts = [];
    private readonly List<ConstraintState> _states = [];
    private NgramMatch _match;
    private int _confirmed;

    /// <param name="prompt">What the reply follows.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="longest">Most tokens of a draft, at least 1.</param>
    /// <param name="endsCount">Whether the reply ends with a token that ends replies.</param>
    public ReplyDrafter(ReadOnlySpan<int> prompt, Tokenizer tokenizer, int longest, bool endsCount)
    {
        _index = new NgramIndex(prompt);
        _tokenizer = tokenizer;
        _longest = longest;
        _endsCount = endsCount;
        _match = _index.Find(_index.Count);
    }

    /// <summary>The draft of this step.</summary>
    public IReadOnlyList<int> Drafts => _drafts;

    /// <summary>Where a constrained reply stands after each token of the draft.</summary>
    public IReadOnlyList<ConstraintState> States => _states;

    /// <summary>Takes a token of the reply, in order.</summary>
    public void Add(int token)
    {
        if (_confirmed < _guesses.Count && _guesses[_confirmed] is { Kind: >= 0 } guess)
        {
            _acceptance.Record(guess.Kind, guess.Token == token);
            if (guess.Token != token)
            {
                _guesses.Clear();
            }
        }

        _confirmed++;
        bool follows = _match.Length > 0 && _index[_match.Next] == token;
        _index.Add(token);
        _match = Next(_match, follows, _index.Count);
    }

    /// <summary>Drafts what follows the reply so far.</summary>
    /// <param name="budget">What the step may take on; rows of the draft are taken from it.</param>
    /// <param name="most">Most tokens.</param>
    /// <param name="constraint">Where the reply stands in its grammar; not changed.</param>
    public void Propose(DraftBudget budget, int most, ConstraintState? constraint)
    {
        _guesses.Clear();
        _drafts.Clear();
        _states.Clear();
        _confirmed = 0;
        NgramMatch match = _match;
        double chance = 1;
        most = Math.Min(most, _longest);
        for (ConstraintState? state = constraint; ; state = _states.Count > 0 ? _states[^1] : null)
        {
            (int token, int kind) = Guess(match, state);
            if (token < 0)
            {
                return;
            }

            // One guess more than is tried: it shows whether trying would have paid.
            _guesses.Add((token, kind));
            chance *= kind < 0 ? 1 : _acceptance.Chance(kind);
            if (_drafts.Count >= most || !budget.Pays(chance) || (_endsCount && _tokenizer.EndTokens.Contains(token)) || !Follow(state, token))
            {
                return;
            }

            budget.Take(chance);
            bool follows = match.Length > 0 && _index[match.Next] == token;
            _index.Guess(_drafts.Count, token);
            _drafts.Add(token);
            match = Next(match, follows, _index.Count + _drafts.Count);
        }
    }

    /// <summary>Shortens the draft of this step.</summary>
    public void Cut(DraftBudget budget, int length)
    {
        budget.Return(_drafts.Count - length);
        _drafts.RemoveRange(length, _drafts.Count - length);
        if (_states.Count > length)
        {
            _states.RemoveRange(length, _states.Count - length);
        }
    }

    private NgramMatch Next(NgramMatch match, bool follows, int end)
    {
        if (!follows)
        {
            return _index.Find(end);
        }

        NgramMatch extended = NgramIndex.Extend(match);
        NgramMatch found = extended.Length < 4 ? _index.Find(end) : default;
        return found.Length > extended.Length ? found : extended;
    }

    /// <summary>A token and the kind of its guess; kind −1 when it is certain, token −1 when nothing is known.</summary>
    private (int Token, int Kind) Guess(NgramMatch match, ConstraintState? state)
    {
        int repeated = match.Length > 0 ? _index[match.Next] : -1;
        if (state is null)
        {
            return (repeated, repeated < 0 ? 0 : DraftAcceptance.KindOf(match));
        }

        uint[] allowed = state.AllowedBits;
        int forced = ForcedToken.Find(allowed, _tokenizer, out bool isOnly);
        bool fits = repeated >= 0 && repeated >> 5 < allowed.Length && (allowed[repeated >> 5] >> repeated & 1) != 0;
        return isOnly ? (forced, -1)
            : fits && (forced < 0 || match.Length > 1) ? (repeated, DraftAcceptance.KindOf(match))
            : (forced, DraftAcceptance.Forced);
    }

    /// <summary>Whether rows after a token can say anything.</summary>
    private bool Follow(ConstraintState? state, int token)
    {
        if (state is null)
        {
            return true;
        }

        ConstraintState next = state.Fork();
        if (!next.TryAccept(token) || next.MustEnd)
        {
            return false;
        }

        _states.Add(next);
        return true;
    }
}
