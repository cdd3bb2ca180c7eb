namespace Agentic.Inference.Hosting.Drafting;

/// <summary>An earlier place in a sequence where its last tokens stood already; the default is none.</summary>
/// <param name="Next">Position of the token that followed there.</param>
/// <param name="Length">How many of the last tokens are equal, as far as was compared; 0 = no such place.</param>
/// <param name="IsOnly">Of a match of one token: it occurred once only.</param>
internal readonly record struct NgramMatch(int Next, int Length, bool IsOnly);
