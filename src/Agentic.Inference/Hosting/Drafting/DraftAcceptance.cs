namespace Agentic.Inference.Hosting.Drafting;

/// <summary>
/// How often guesses of a kind come true in one reply: a running share, older guesses counting less, that begins at what is usual. Every guess
/// counts, whether it was tried or only compared with the token that came.
/// </summary>
internal sealed class DraftAcceptance
{
    /// <summary>The kind of a text that the grammar forces and that has several spellings.</summary>
    public const int Forced = 0;

    private const double Memory = 0.97;
    private const double Trust = 4;
    private static readonly double[] Usual = [0.6, 0.1, 0.3, 0.3, 0.45, 0.6, 0.75, 0.85, 0.95];
    private readonly double[] _right = new double[Usual.Length];
    private readonly double[] _all = new double[Usual.Length];

    /// <summary>The kind of a guess by where it comes from.</summary>
    public static int KindOf(NgramMatch match) => match.Length switch
    {
        1 => match.IsOnly ? 2 : 1,
        2 => 3,
        3 => 4,
        < 6 => 5,
        < 9 => 6,
        < 16 => 7,
        _ => 8,
    };

    /// <summary>The chance that a guess of this kind is right.</summary>
    public double Chance(int kind) => (_right[kind] + Trust * Usual[kind]) / (_all[kind] + Trust);

    /// <summary>Takes note of what came of a guess.</summary>
    public void Record(int kind, bool right)
    {
        _right[kind] = Memory * _right[kind] + (right ? 1 : 0);
        _all[kind] = Memory * _all[kind] + 1;
    }
}
