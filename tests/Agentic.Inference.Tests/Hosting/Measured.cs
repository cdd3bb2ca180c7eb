using System.Diagnostics.Metrics;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>A meter factory of a test's own, and what its instruments have said.</summary>
internal sealed class Measured : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<(Instrument Instrument, double Value, Dictionary<string, object?> Tags)> _said = [];
    private readonly Meter _meter;
    private readonly HashSet<string> _enabled;

    /// <param name="enabled">Instruments listened to; none = all.</param>
    public Measured(params string[] enabled)
    {
        _enabled = [.. enabled];
        _meter = new Meter("Agentic.Inference", null, null, this);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter) && (_enabled.Count == 0 || _enabled.Contains(instrument.Name)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public Meter Create(MeterOptions options) => options.Name == _meter.Name ? _meter : throw new InvalidOperationException($"Nobody expects a meter named {options.Name}.");

    /// <summary>What an instrument recorded so far.</summary>
    public List<(double Value, Dictionary<string, object?> Tags)> Of(string name)
    {
        lock (_gate)
        {
            return [.. _said.Where(said => said.Instrument.Name == name).Select(said => (said.Value, said.Tags))];
        }
    }

    /// <summary>What an observed instrument says now, the sum over those whose tags include one.</summary>
    public double Now(string name, string? tag = null)
    {
        lock (_gate)
        {
            _said.RemoveAll(said => said.Instrument.IsObservable);
        }

        _listener.RecordObservableInstruments();
        return Of(name).Where(said => tag is null || said.Tags.ContainsValue(tag)).Sum(said => said.Value);
    }

    /// <summary>An instrument that recorded something.</summary>
    public Instrument Instrument(string name)
    {
        lock (_gate)
        {
            return _said.First(said => said.Instrument.Name == name).Instrument;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> copy = new(tags.ToArray());
        lock (_gate)
        {
            _said.Add((instrument, value, copy));
        }
    }
}
