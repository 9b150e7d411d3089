using Sluice.Proxy.Http2;

namespace Sluice.Proxy.Telemetry;

/// <summary>What became of one worker's HTTP/2 connections, with clients or to servers. Written by its loop alone; other threads may read values that are a moment old.</summary>
public sealed class Http2Counters
{
    private readonly long[] _faults = new long[Enum.GetValues<Http2Fault>().Length];

    /// <summary>Connections that spoke HTTP/2.</summary>
    public long Connections { get; private set; }

    /// <summary>Streams that were opened and, by clients, not refused.</summary>
    public long Streams { get; private set; }

    /// <summary>Connections that were ended, or streams that were given up, for a reason.</summary>
    public long FaultsOf(Http2Fault fault) => Volatile.Read(ref _faults[(int)fault]);

    internal void CountConnection() => Connections++;

    internal void CountStream() => Streams++;

    internal void CountFault(Http2Fault fault) => Volatile.Write(ref _faults[(int)fault], _faults[(int)fault] + 1);
}
