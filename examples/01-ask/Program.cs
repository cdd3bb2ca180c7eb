// Reads a document longer than the model's window and answers a question about it, in the host's own process.
//   dotnet run -c Release --project examples/01-ask -- examples/documents/harbour-inquiry.md "How much does the moving span weigh?"
using Agentic;
using Agentic.Reading.ChainOfAgents;
using Microsoft.Extensions.DependencyInjection;

if (args is not [string path, string question])
{
    Console.Error.WriteLine("Usage: ask-example DOCUMENT QUESTION");
    return 2;
}

// <readme>
var services = new ServiceCollection();
services.AddAgenticLocalModel();   // an IChatClient; the model is found beside the program, up the tree or by AGENTIC_MODEL
services.AddAgentic();
await using ServiceProvider provider = services.BuildServiceProvider();

var reader = provider.GetRequiredService<ChainOfAgentsReader>();
var document = new Document(Path.GetFileName(path), await File.ReadAllTextAsync(path));
await foreach (RunEvent e in reader.RunAsync([document], question))
{
    if (e is TokenDeltaEvent delta)
    {
        Console.Write(delta.Text);
    }
    else if (e is FinishedEvent { Answer: var answer })
    {
        Console.WriteLine($"\n{answer.Status}: {answer.Reason} {answer.Evidence.Count} quotations, {answer.Usage.Calls} calls");
    }
}
// </readme>
return 0;
