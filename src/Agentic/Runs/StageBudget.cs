using System.Globalization;

namespace Agentic.Runs;

/// <summary>How one stage divides its model's window: template + carried state + chunk + reply + safety ≤ window. All in tokens.</summary>
public sealed record StageBudget
{
    /// <summary>Name of the stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The model's window, prompt and reply together.</summary>
    public required int Window { get; init; }

    /// <summary>The prompt rendered by the model's chat template with the question, but without carried state and chunk.</summary>
    public required int Template { get; init; }

    /// <summary>Most tokens of the state that one agent hands to the next.</summary>
    public int Carried { get; init; }

    /// <summary>Most tokens of a reply.</summary>
    public int Reply { get; init; }

    /// <summary>Kept free, for texts that count a little more joined than alone; see <see cref="SafetyFor"/>.</summary>
    public int Safety { get; init; }

    /// <summary>What is left for a chunk; may be negative.</summary>
    public int Chunk => (int)Math.Max(int.MinValue, (long)Window - Template - Carried - Reply - Safety);

    /// <summary>The safety margin of a window: 1.5 %, at least 16 tokens, four times that for estimated counts.</summary>
    public static int SafetyFor(int window, bool exact) => Math.Max(16, window * 3 / 200) * (exact ? 1 : 4);

    /// <summary>Refuses a stage that leaves less than <paramref name="least"/> tokens for a chunk.</summary>
    /// <exception cref="BudgetException">It does not fit; the message has the numbers.</exception>
    public void Require(int least)
    {
        if (Chunk < least)
        {
            long needed = (long)Template + Carried + least + Reply + Safety;
            throw new BudgetException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The stage {Stage} does not fit: template and question {Template:N0} + carried {Carried:N0} + chunk at least {least:N0} + reply {Reply:N0} + safety {Safety:N0} "
                    + $"= {needed:N0} tokens, and the window has {Window:N0}."),
                needed,
                Window,
                "Use a larger window, a shorter question or a shorter reply (--max-tokens).");
        }
    }
}
