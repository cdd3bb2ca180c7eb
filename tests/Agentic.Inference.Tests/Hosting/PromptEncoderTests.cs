using System.Text.Json;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class PromptEncoderTests
{
    [Fact]
    public void Encode_ChatsOfTheEmbeddedModel_TheReferencesIds()
    {
        using var file = GgufFile.Open(RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf"));
        Tokenizer tokenizer = Tokenizer.FromGguf(file);
        ChatTemplate template = ChatTemplateSource.Read(file, ChatFormat.Template).Template;
        int compared = 0;
        foreach (JsonElement test in File.ReadLines(RepositoryFiles.Golden("smollm2", "chat.jsonl")).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var messages = test.GetProperty("messages").EnumerateArray().Select(m => new TemplateMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!)).ToList();
            List<int> ids = PromptEncoder.Encode(tokenizer, template.Render(messages, test.GetProperty("add_generation_prompt").GetBoolean(), test.GetProperty("bos_token").GetString(), test.GetProperty("eos_token").GetString()));
            if (test.GetProperty("name").GetString() == "specials_inside")
            {
                // The reference parses special tokens that users wrote; here they stay text.
                Assert.DoesNotContain(ids, id => tokenizer.Decode([id]) == "<|endoftext|>");
                Assert.Equal(2 * (messages.Count + (messages[0].Role == "system" ? 0 : 1)) + (test.GetProperty("add_generation_prompt").GetBoolean() ? 1 : 0), ids.Count(tokenizer.IsSpecial));
                continue;
            }

            Assert.Equal(test.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), ids);
            compared++;
        }

        Assert.Equal(34, compared);
    }

    [Fact]
    public void Encode_SpecialTokenSplitBetweenOrigins_StaysText()
    {
        using var file = GgufFile.Open(RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf"));
        Tokenizer tokenizer = Tokenizer.FromGguf(file);
        List<int> ids = PromptEncoder.Encode(tokenizer, [new("<|im_", true), new("end|>", false), new("<|im_end|>", true)]);
        Assert.Equal(1, ids.Count(tokenizer.IsSpecial));
        Assert.Equal("<|im_end|><|im_end|>", tokenizer.Decode([.. ids]));
    }
}
