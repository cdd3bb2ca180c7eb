namespace Agentic.Inference.ChatTemplates;

/// <summary>How conversations become prompts.</summary>
public enum ChatFormat
{
    /// <summary>By the template of the model file; ChatML where the file has none, which <see cref="ChatTemplate.IsFallback"/> says.</summary>
    Template,

    /// <summary>ChatML (Qwen, SmolLM and many more), in place of the file's template.</summary>
    ChatMl,

    /// <summary>The form of Llama 3, in place of the file's template.</summary>
    Llama3,

    /// <summary>The form of Gemma, in place of the file's template: it has no system role, so the system's text comes before the first user's.</summary>
    Gemma,
}
