using System.Diagnostics.Metrics;
using Agentic.Inference.Backends;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting;

/// <summary>The local model of an application.</summary>
public sealed class LocalModelOptions
{
    /// <summary>Path of the GGUF file; null = see <see cref="ModelLocator"/>.</summary>
    public string? ModelPath { get; set; }

    /// <summary>Context window in tokens; null = the model's.</summary>
    public int? Window { get; set; }

    /// <summary>Bytes for cached keys and values; null = see <see cref="ModelOptions.KvMemoryBytes"/>.</summary>
    public long? KvMemoryBytes { get; set; }

    /// <summary>Number type of cached keys and values. Default half.</summary>
    public KvType KvType { get; set; } = KvType.Float16;

    /// <summary>Most rows in one step. Default 512.</summary>
    public int ChunkTokens { get; set; } = 512;

    /// <summary>Where and how to compute.</summary>
    public BackendOptions Backend { get; set; } = new();

    /// <summary>Most requests in work at once. Default 16.</summary>
    public int MaxConcurrent { get; set; } = 16;

    /// <summary>Whether replies are drafted from what stands in the prompt, where that pays. Default true.</summary>
    public bool Drafting { get; set; } = true;

    /// <summary>How conversations become prompts. Default: by the file's own template.</summary>
    public ChatFormat ChatFormat { get; set; }

    /// <summary>Makes the meter <c>Agentic.Inference</c>; null = one for the process. Registration with a service container sets it to the container's.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Whether traces carry the text of messages and replies; null = see <see cref="HostOptions.CaptureContent"/>.</summary>
    public bool? CaptureContent { get; set; }

    /// <summary>How the model writes calls of tools. Default: by its chat template.</summary>
    public ToolFormat ToolFormat { get; set; }

    /// <summary>How the model is loaded.</summary>
    public ModelOptions ToModelOptions() => new() { Backend = Backend, Window = Window, KvMemoryBytes = KvMemoryBytes, KvType = KvType, ChunkTokens = ChunkTokens };

    /// <summary>How the host serves.</summary>
    public HostOptions ToHostOptions()
    {
        var options = new HostOptions { MaxConcurrent = MaxConcurrent, Drafting = Drafting, ChatFormat = ChatFormat, ToolFormat = ToolFormat, MeterFactory = MeterFactory };
        return options with { CaptureContent = CaptureContent ?? options.CaptureContent };
    }
}
