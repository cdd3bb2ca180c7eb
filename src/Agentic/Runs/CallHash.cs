using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agentic.Agents;
using Microsoft.Extensions.AI;

namespace Agentic.Runs;

/// <summary>Hashes what decides a reply. Every part is written with its length, so that no two lists of parts hash alike.</summary>
internal sealed class CallHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins with the verb and the model.</summary>
    public static CallHash Of(string verb, ModelAccess model)
    {
        var hash = new CallHash();
        hash.Add(verb);
        hash.Add(model.Profile?.Name ?? "");
        hash.Add(model.Profile?.WeightsId ?? "");
        hash.Add(model.Profile?.Setup ?? "");
        return hash;
    }

    /// <summary>The hash of a text, in hexadecimal.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public void Add(string? text)
    {
        byte[] bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Add(text is null ? -1 : bytes.Length);
        _hash.AppendData(bytes);
    }

    public void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    public void Add(IReadOnlyCollection<int> ids)
    {
        Add(ids.Count);
        Span<byte> bytes = stackalloc byte[4];
        foreach (int id in ids)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, id);
            _hash.AppendData(bytes);
        }
    }

    /// <summary>Messages and options of a generating call. The seed counts only where something is drawn.</summary>
    public void Add(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        Add(messages.Count);
        foreach (ChatMessage message in messages)
        {
            Add(message.Role.Value);
            Add(message.Text);
        }

        bool draws = options.Temperature is not (null or 0);
        Add(BitConverter.SingleToInt32Bits(options.Temperature ?? 0));
        Add(BitConverter.SingleToInt32Bits(draws ? options.TopP ?? 1 : 1));
        Add(draws ? options.Seed ?? 0 : 0);
        Add(options.MaxOutputTokens ?? -1);
        Add(string.Join('\0', options.StopSequences ?? []));
        Add((options.ResponseFormat as ChatResponseFormatJson)?.Schema?.GetRawText() ?? options.ResponseFormat?.ToString());
        foreach (AITool tool in options.Tools ?? [])
        {
            Add(tool.Name);
            Add(tool.Description);
            Add((tool as AIFunctionDeclaration)?.JsonSchema.GetRawText());
        }

        Add(options.ToolMode is RequiredChatToolMode required ? $"required {required.RequiredFunctionName}" : options.ToolMode?.GetType().Name);
        foreach ((string key, object? value) in (options.AdditionalProperties ?? []).Where(p => p.Value is not PromptTokens && p.Key != SamplingKeys.Priority).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            Add(key);
            Add(value is IConvertible ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : JsonSerializer.Serialize(value));
        }
    }

    /// <summary>The hash, in hexadecimal.</summary>
    public string Done() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
