using System.Diagnostics;

namespace Sluice.Proxy.Http2;

/// <summary>Streams with something to send, in the order in which they may: by urgency, then one after another or by turns (RFC 9218, section 10).</summary>
internal sealed class Http2SendQueue
{
    private Http2Stream? _first;
    private uint _lastTurn;

    /// <summary>Whether no stream waits.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>The stream that goes first; the others follow by <see cref="Http2Stream.NextReady"/>.</summary>
    public Http2Stream? First => _first;

    /// <summary>Adds a stream at its place. Those that are incremental go behind all that have waited; of the others the older request goes first.</summary>
    public void Add(Http2Stream stream)
    {
        Debug.Assert(!stream.IsReady, "A stream waits once.");
        stream.IsReady = true;
        stream.Turn = stream.Priority.Incremental ? ++_lastTurn : 0;
        Http2Stream? before = null;
        Http2Stream? after = _first;
        while (after is not null && !GoesBefore(stream, after))
        {
            before = after;
            after = after.NextReady;
        }

        stream.PreviousReady = before;
        stream.NextReady = after;
        if (before is null)
        {
            _first = stream;
        }
        else
        {
            before.NextReady = stream;
        }

        if (after is not null)
        {
            after.PreviousReady = stream;
        }
    }

    /// <summary>Takes a stream out; nothing happens when it is not in.</summary>
    public void Remove(Http2Stream stream)
    {
        if (!stream.IsReady)
        {
            return;
        }

        if (stream.PreviousReady is null)
        {
            _first = stream.NextReady;
        }
        else
        {
            stream.PreviousReady.NextReady = stream.NextReady;
        }

        if (stream.NextReady is not null)
        {
            stream.NextReady.PreviousReady = stream.PreviousReady;
        }

        stream.NextReady = null;
        stream.PreviousReady = null;
        stream.IsReady = false;
    }

    private static bool GoesBefore(Http2Stream stream, Http2Stream other)
    {
        if (stream.Priority.Urgency != other.Priority.Urgency)
        {
            return stream.Priority.Urgency < other.Priority.Urgency;
        }

        return stream.Turn != other.Turn ? stream.Turn < other.Turn : stream.Id < other.Id;
    }
}
