using System.Globalization;
using System.IO.Compression;
using System.Text;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Agentic.Benchmarks.Tokenization;

/// <summary>Encoding of English text on one core: the book that AGENTIC_BENCH_TEXT names (may be .gz), else the example documents.</summary>
[Config(typeof(Speed))]
public class EncodeBenchmarks
{
    private readonly List<int> _ids = [];
    private Tokenizer _tokenizer = null!;
    private string _text = "";

    /// <summary>A model of the tree.</summary>
    [Params("SmolLM2-135M-Instruct.Q4_1.gguf", "all-MiniLM-L6-v2.Q8_0.gguf")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        using GgufFile file = GgufFile.Open(Path.Combine(Root(), "models", Model));
        _tokenizer = Tokenizer.FromGguf(file);
        _text = ReadText();
    }

    [Benchmark]
    public int Encode()
    {
        _ids.Clear();
        _tokenizer.Encode(_text, _ids);
        return _ids.Count;
    }

    private static string ReadText()
    {
        if (Environment.GetEnvironmentVariable("AGENTIC_BENCH_TEXT") is not { } path)
        {
            return string.Concat(Directory.GetFiles(Path.Combine(Root(), "examples", "documents")).Order().Select(File.ReadAllText));
        }

        using Stream file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return new StreamReader(content).ReadToEnd();
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Agentic.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Run the benchmarks inside the repository.");
        }

        return folder;
    }

    private sealed class Speed : ManualConfig
    {
        public Speed() => AddColumn(new SpeedColumn());
    }

    /// <summary>Megabytes of UTF-8 a second.</summary>
    private sealed class SpeedColumn : IColumn
    {
        public string Id => nameof(SpeedColumn);

        public string ColumnName => "MB/s";

        public string Legend => "Megabytes (10^6) of UTF-8 encoded a second";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } statistics
                ? (Encoding.UTF8.GetByteCount(ReadText()) * 1e3 / statistics.Mean).ToString("F1", CultureInfo.InvariantCulture)
                : "?";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
    }
}
