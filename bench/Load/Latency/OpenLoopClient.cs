using System.Diagnostics;
using System.Net.Sockets;

namespace Sluice.Load.Latency;

/// <summary>
/// Sends requests on a schedule that does not wait for answers, so that a stall delays, and counts for, every request that was due in
/// it. One thread polls its sockets and yields its core in between: the origin beside it goes first.
/// </summary>
internal sealed class OpenLoopClient
{
    /// <summary>Requests that were due in the first second are sent but not counted: the client itself is still being compiled.</summary>
    private const int WarmSeconds = 1;

    /// <summary>How long answers may be late at the end.</summary>
    private const int LateSecondsMax = 5;

    private readonly Stack<OpenLoopConnection> _free;
    private readonly List<OpenLoopConnection> _busy = [];
    private readonly byte[] _request;
    private readonly int _responseBytes;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<long> _latencies = [];
    private long _countedFrom;
    private long _failed;

    /// <param name="responseBytes">Length of every response, head included.</param>
    public OpenLoopClient(IEnumerable<OpenLoopConnection> connections, byte[] request, int responseBytes)
    {
        _free = new Stack<OpenLoopConnection>(connections);
        _request = request;
        _responseBytes = responseBytes;
    }

    public LatencyResult Run(int requestsPerSecond, int seconds)
    {
        long total = (long)requestsPerSecond * (seconds + WarmSeconds);
        long start = Stopwatch.GetTimestamp();
        long end = start + (Stopwatch.Frequency * (seconds + WarmSeconds + LateSecondsMax));
        _countedFrom = start + (Stopwatch.Frequency * WarmSeconds);
        long sent = 0;
        while (sent < total || _busy.Count > 0)
        {
            long now = Stopwatch.GetTimestamp();
            bool progressed = false;
            while (sent < total && _free.Count > 0 && start + (sent * Stopwatch.Frequency / requestsPerSecond) is long due && due <= now)
            {
                Send(_free.Pop(), due);
                sent++;
                progressed = true;
            }

            progressed |= ReceiveAll();
            if (now > end || (_busy.Count == 0 && _free.Count == 0))
            {
                break;
            }

            if (!progressed)
            {
                Thread.Yield();
            }
        }

        return Summarize(_failed + _busy.Count + (total - sent));
    }

    private void Send(OpenLoopConnection connection, long due)
    {
        connection.DueAt = due;
        connection.ReceivedBytes = 0;
        int count = connection.Socket.Send(_request, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || count != _request.Length)
        {
            Fail(connection);
            return;
        }

        _busy.Add(connection);
    }

    private bool ReceiveAll()
    {
        bool progressed = false;
        for (int at = _busy.Count - 1; at >= 0; at--)
        {
            OpenLoopConnection connection = _busy[at];
            int count = connection.Socket.Receive(_buffer, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                continue;
            }

            progressed = true;
            connection.ReceivedBytes += count;
            bool failed = error != SocketError.Success || count == 0 || connection.ReceivedBytes > _responseBytes;
            if (failed || connection.ReceivedBytes == _responseBytes)
            {
                _busy[at] = _busy[^1];
                _busy.RemoveAt(_busy.Count - 1);
                Finish(connection, failed);
            }
        }

        return progressed;
    }

    private void Finish(OpenLoopConnection connection, bool failed)
    {
        if (failed)
        {
            Fail(connection);
            return;
        }

        _free.Push(connection);
        if (connection.DueAt >= _countedFrom)
        {
            _latencies.Add(Stopwatch.GetTimestamp() - connection.DueAt);
        }
    }

    /// <summary>A connection that failed once is not used again.</summary>
    private void Fail(OpenLoopConnection connection)
    {
        _failed++;
        connection.Socket.Dispose();
    }

    private LatencyResult Summarize(long failed)
    {
        _latencies.Sort();
        double Percentile(double share) => _latencies.Count == 0
            ? double.NaN
            : _latencies[Math.Min(_latencies.Count - 1, (int)(share * _latencies.Count))] * 1e6 / Stopwatch.Frequency;
        return new LatencyResult(_latencies.Count, failed, Percentile(0.5), Percentile(0.99), Percentile(0.999), Percentile(1));
    }
}
