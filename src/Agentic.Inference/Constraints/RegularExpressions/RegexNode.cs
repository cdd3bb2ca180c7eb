namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>A part of a parsed pattern.</summary>
/// <param name="Anchored">It holds <c>^</c> or <c>$</c>.</param>
internal abstract record RegexNode(bool Anchored);

/// <summary>One code point of a set.</summary>
internal sealed record CharacterNode(CodePointSet Set) : RegexNode(false);

/// <summary>Parts in order.</summary>
internal sealed record ConcatenationNode(IReadOnlyList<RegexNode> Parts) : RegexNode(Parts.Any(part => part.Anchored));

/// <summary>Any one of some options.</summary>
internal sealed record AlternationNode(IReadOnlyList<RegexNode> Options) : RegexNode(Options.Any(option => option.Anchored));

/// <summary>A body some number of times.</summary>
internal sealed record QuantifiedNode(RegexNode Body, int Min, int? Max, Func<string, string?, GrammarException> Error) : RegexNode(Body.Anchored);

/// <summary><c>^</c> or <c>$</c>.</summary>
internal sealed record AnchorNode(bool AtStart, Func<string, string?, GrammarException> Error) : RegexNode(true);
