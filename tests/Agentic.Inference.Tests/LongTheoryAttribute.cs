using Xunit;

namespace Agentic.Inference.Tests;

/// <summary>A theory that takes minutes: run only when the environment variable AGENTIC_LONG_TESTS is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() => Skip = Wanted ? null : "Takes minutes; set AGENTIC_LONG_TESTS=1 to run it.";

    public static bool Wanted => Environment.GetEnvironmentVariable("AGENTIC_LONG_TESTS") == "1";
}
