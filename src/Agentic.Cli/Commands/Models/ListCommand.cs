using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;

namespace Agentic.Cli.Commands.Models;

/// <summary><c>model list</c>: the GGUF files in the search places.</summary>
internal sealed class ListCommand() : AgenticCommand("list", "The models that are found in AGENTIC_MODEL, beside the command and up the tree.")
{
    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var finder = context.Host.Models;
        List<ListedModel> models = [.. finder.All().Select(Look)];
        if (context.Json)
        {
            context.WriteJson(new { models, places = finder.Places() });
            return Task.FromResult(ExitCode.Ok);
        }

        int width = models.Count == 0 ? 0 : models.Max(m => m.Name.Length);
        foreach (ListedModel model in models)
        {
            string kind = model.Error ?? model.Architecture!;
            context.Output.Out.WriteLine($"{model.Name.PadRight(width)}  {Words.Size(model.Bytes),9}  {kind}  {model.Path}");
        }

        if (models.Count == 0)
        {
            context.Say("No model was found; give --model PATH or put GGUF files into a folder 'models'.");
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private static ListedModel Look(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        long bytes = new FileInfo(path).Length;
        try
        {
            ModelInfo info = ModelInfo.Read(path);
            return new ListedModel(name, path, bytes, info.Architecture, info.Parameters, info.Context, info.Supported, null);
        }
        catch (AgenticException e)
        {
            return new ListedModel(name, path, bytes, null, null, null, false, e.Message);
        }
    }

    private sealed record ListedModel(string Name, string Path, long Bytes, string? Architecture, long? Parameters, long? Context, bool Supported, string? Error);
}
