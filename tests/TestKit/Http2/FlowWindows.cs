namespace Sluice.TestKit.Http2;

/// <summary>How much one side may still send: on the connection and on each stream (RFC 9113, section 6.9). Bytes; may be negative. Any thread.</summary>
public sealed class FlowWindows
{
    /// <summary>A window where nobody said otherwise.</summary>
    public const int Default = 65_535;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, long> _streams = [];
    private long _initial = Default;
    private long _connection = Default;

    /// <summary>The connection's.</summary>
    public long Connection => Interlocked.Read(ref _connection);

    /// <summary>A stream's.</summary>
    public long Of(uint stream)
    {
        lock (_lock)
        {
            return _streams.GetValueOrDefault(stream, _initial);
        }
    }

    /// <summary>A WINDOW_UPDATE; stream 0 is the connection.</summary>
    public void Widen(uint stream, long increment)
    {
        lock (_lock)
        {
            _connection += stream == 0 ? increment : 0;
            _streams[stream] = Of(stream) + increment;
        }
    }

    /// <summary>DATA with its padding.</summary>
    public void Take(uint stream, long count)
    {
        lock (_lock)
        {
            _connection -= count;
            _streams[stream] = Of(stream) - count;
        }
    }

    /// <summary>Another SETTINGS_INITIAL_WINDOW_SIZE moves the windows of all streams there are (RFC 9113, section 6.9.2).</summary>
    public void ChangeInitial(uint initial)
    {
        lock (_lock)
        {
            foreach (uint stream in _streams.Keys.ToArray())
            {
                _streams[stream] += initial - _initial;
            }

            _initial = initial;
        }
    }
}
