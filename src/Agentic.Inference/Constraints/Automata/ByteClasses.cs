namespace Agentic.Inference.Constraints.Automata;

/// <summary>Groups bytes that no set of a grammar tells apart.</summary>
internal static class ByteClasses
{
    /// <summary>The class of every byte, and the bytes of every class.</summary>
    public static (byte[] ClassOf, ByteSet[] Classes) Of(IEnumerable<ByteSet> sets)
    {
        var classes = new List<ByteSet> { ByteSet.All };
        foreach (ByteSet set in sets.Distinct())
        {
            for (int i = classes.Count - 1; i >= 0; i--)
            {
                ByteSet inside = classes[i] & set;
                if (!inside.IsEmpty && inside != classes[i])
                {
                    classes[i] &= ~set;
                    classes.Add(inside);
                }
            }
        }

        byte[] classOf = new byte[256];
        for (int i = 0; i < classes.Count; i++)
        {
            foreach (byte value in classes[i].Members())
            {
                classOf[value] = (byte)i;
            }
        }

        return (classOf, [.. classes]);
    }

    /// <summary>The numbers of the classes that a set is made of.</summary>
    public static ByteSet Inside(ByteSet[] classes, ByteSet set)
    {
        ByteSet inside = ByteSet.Empty;
        for (int i = 0; i < classes.Length; i++)
        {
            if (!(classes[i] & set).IsEmpty)
            {
                inside |= ByteSet.Of((byte)i);
            }
        }

        return inside;
    }
}
