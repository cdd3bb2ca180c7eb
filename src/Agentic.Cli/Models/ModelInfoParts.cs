namespace Agentic.Cli.Models;

/// <summary>Kind of tokenizer, in the format's own words.</summary>
internal sealed record TokenizerInfo(string? Model, string? Pre);

/// <summary>The tensors of one number type.</summary>
internal sealed record QuantisationInfo(string Type, int Tensors, long Parameters, long Bytes);

/// <summary>Estimated memory in bytes: weights, keys and values of one window (half precision), activations of one step.</summary>
internal sealed record MemoryInfo(long Weights, int Window, long KeysAndValues, long Activations, long Total);
