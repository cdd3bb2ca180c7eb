using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Xunit;

namespace Agentic.Fuzz.Tests.Schemas;

/// <summary>A schema that nobody vouches for becomes a grammar or is refused by a typed error, in bounded time and memory.</summary>
public class SchemaFuzz
{
    /// <summary>A grammar has at most 50,000 rules and automata of at most 50,000 states; half of this is their tables while they are made.</summary>
    private const long MaxAllocated = 1L << 30;

    // Deeper than JSON is read by default: a caller may read it so.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 5000 };

    private static readonly string[] Real = [.. Directory.GetFiles(Repository.Schemas, "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public void Create_MutatedRealSchemas_CompileOrRefuse() => Execute("real schemas", 3_000, random =>
    {
        JsonNode schema = JsonNode.Parse(Real[random.Next(Real.Length)])!;
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            SchemaDamage.Change(schema, random);
        }

        return schema.ToJsonString();
    });

    [Fact]
    public void Create_RandomSchemas_CompileOrRefuse() => Execute("random schemas", 9_000, random => SchemaDamage.Schema(random, 5).ToJsonString());

    [Fact]
    public void Create_Bombs_EndInTime()
    {
        string[] bombs = [.. SchemaBombs.All()];
        int next = 0;
        new Campaign<string>("schema bombs", bombs.Length)
        {
            Make = _ => bombs[next++ % bombs.Length],
            Run = Create,
            Refuses = Refuses,
            MaxAllocated = MaxAllocated,
            Show = Cut,
        }.Execute();
    }

    /// <summary>What the campaigns found once.</summary>
    [Theory]
    [InlineData("""{"propertyNames":{"anyOf":[{"enum":[1]},{"maxLength":3}]}}""")]
    [InlineData("""{"not":{"not":{"not":{"not":{"type":"null"}}}}}""")]
    public void Create_Finding_Compiles(string schema) => Create(schema);

    private static void Execute(string name, int cases, Func<Random, string> make)
    {
        var campaign = new Campaign<string>(name, cases) { Make = make, Run = Create, Refuses = Refuses, MaxAllocated = MaxAllocated, Show = Cut };
        int refused = campaign.Execute();
        int all = Campaign<string>.Long ? 10 * campaign.Cases : campaign.Cases;
        Assert.InRange(refused, all / 20, all - all / 20);
    }

    private static void Create(string schema)
    {
        using var document = JsonDocument.Parse(schema, Deep);
        JsonSchemaGrammar.Create(document.RootElement);
    }

    private static bool Refuses(Exception error) => error is JsonSchemaException or GrammarException;

    private static string Cut(string schema) => schema.Length <= 5000 ? schema : schema[..5000] + "…";
}
