using System.Numerics;
using Agentic.Inference.Constraints.Automata;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>
/// The decimal numbers that are whole multiples of a step, as an automaton: reading a digit takes the remainder r of what was read so far, in
/// units of the last digit that the step has, to (10 r + d) mod m. One automaton for each power of a prime in m; their intersection is that of m.
/// </summary>
internal static class Multiples
{
    /// <summary>Largest power of a prime that the step's digits may hold.</summary>
    public const int MaxPrimePower = 4096;

    private static readonly ByteSet[] Characters = ByteClasses.Of("0123456789.-".Select(character => ByteSet.Of((byte)character))).Classes;

    /// <summary>Multiples with no more digits after the point than the step has.</summary>
    /// <returns>Null when the step is too large or too fine.</returns>
    /// <exception cref="GrammarException">The automaton becomes too large.</exception>
    public static ByteAutomaton? Of(ExactDecimal step, bool fractions)
    {
        ExactDecimal used = fractions ? step : ExactDecimal.LeastCommonMultiple(step, new ExactDecimal(1, 0));
        if (used.Scale > NumberGrammar.FractionDigits || PrimePowers(used.Mantissa) is not { } powers)
        {
            return null;
        }

        ByteAutomaton all = Of(1, used.Scale);
        return powers.Aggregate(all, (words, power) => words.Intersect(Of(power, used.Scale)));
    }

    private static ByteAutomaton Of(int modulus, int scale)
    {
        // States: 0 start, 1 after the sign, 2 after a leading zero, then by remainder for every number of digits after the point.
        var table = new AutomatonTable(Characters, ByteAutomaton.MaxStates);
        int[] missing = [.. Enumerable.Range(0, scale + 1).Select(digits => (int)BigInteger.ModPow(10, scale - digits, modulus))];
        table.Add(false);
        table.Add(false);
        int zero = table.Add(true), whole = 3;
        for (int digits = 0; digits <= scale; digits++)
        {
            for (int rest = 0; rest < modulus; rest++)
            {
                table.Add((long)rest * missing[digits] % modulus == 0);
            }
        }

        int point = whole + (scale + 1) * modulus;
        for (int rest = 0; scale > 0 && rest < modulus; rest++)
        {
            table.Add(false);
        }

        table.Connect(0, ByteSet.Of((byte)'-'), 1);
        for (int digit = 0; digit <= 9; digit++)
        {
            var written = ByteSet.Of((byte)('0' + digit));
            int first = digit == 0 ? zero : whole + digit % modulus;
            table.Connect(0, written, first);
            table.Connect(1, written, first);
            for (int rest = 0; rest < modulus; rest++)
            {
                int next = (rest * 10 + digit) % modulus;
                table.Connect(whole + rest, written, whole + next);
                for (int digits = 1; digits <= scale; digits++)
                {
                    table.Connect(digits == 1 ? point + rest : whole + (digits - 1) * modulus + rest, written, whole + digits * modulus + next);
                }
            }
        }

        for (int rest = 0; scale > 0 && rest < modulus; rest++)
        {
            table.Connect(whole + rest, ByteSet.Of((byte)'.'), point + rest);
        }

        if (scale > 0)
        {
            table.Connect(zero, ByteSet.Of((byte)'.'), point);
        }

        return table.Minimise();
    }

    /// <summary>The powers of primes whose product a number is; null when one is too large.</summary>
    private static List<int>? PrimePowers(BigInteger number)
    {
        var powers = new List<int>();
        for (int prime = 2; prime <= MaxPrimePower && number > 1; prime++)
        {
            long power = 1;
            for (; number % prime == 0 && power <= MaxPrimePower; number /= prime)
            {
                power *= prime;
            }

            if (power > MaxPrimePower)
            {
                return null;
            }

            if (power > 1)
            {
                powers.Add((int)power);
            }
        }

        return number == 1 ? powers : null;
    }
}
