namespace Agentic.Inference.ChatTemplates;

/// <summary>The forms of large families, for files whose own template is missing or cannot be used. The host adds BOS.</summary>
internal static class BuiltInTemplates
{
    public const string ChatMl =
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}" +
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    public const string Llama3 =
        "{% for message in messages %}<|start_header_id|>{{ message.role }}<|end_header_id|>\n\n{{ message.content }}<|eot_id|>{% endfor %}" +
        "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}";

    public const string Gemma =
        """
        {%- set ns = namespace(system=[]) -%}
        {%- for message in messages if message.role == 'system' -%}{%- set ns.system = ns.system + [message.content] -%}{%- endfor -%}
        {%- if ns.system and not messages | selectattr('role', 'ne', 'system') | list -%}
        {{- '<start_of_turn>user\n' + ns.system | join('\n\n') + '<end_of_turn>\n' -}}
        {%- endif -%}
        {%- for message in messages if message.role != 'system' -%}
        {%- if ns.system and loop.first and message.role == 'assistant' -%}
        {{- '<start_of_turn>user\n' + ns.system | join('\n\n') + '<end_of_turn>\n' -}}
        {%- set ns.system = [] -%}
        {%- endif -%}
        {{- '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\n' -}}
        {%- if ns.system -%}{{- ns.system | join('\n\n') + '\n\n' -}}{%- set ns.system = [] -%}{%- endif -%}
        {{- message.content + '<end_of_turn>\n' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}{{- '<start_of_turn>model\n' -}}{%- endif -%}
        """;
}
