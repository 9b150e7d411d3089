using System.Collections.Concurrent;

namespace Sluice.Proxy.Telemetry;

/// <summary>Writes blocks of access-log lines to a stream, on a thread of its own: a slow or stopped reader never holds a request up.</summary>
/// <remarks>There are as many blocks as <see cref="BlocksMax"/>; while all are on their way out, lines are dropped and counted.</remarks>
internal sealed class AccessLogSink : IDisposable
{
    /// <summary>4 MiB of lines, about 15,000.</summary>
    public const int BlocksMax = 64;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly Stream _output;
    private readonly MessageLog _log;
    private readonly Thread _thread;
    private readonly ConcurrentBag<AccessLogBlock> _free = [];
    private readonly BlockingCollection<AccessLogBlock> _full = [];
    private int _created;
    private long _dropped;

    public AccessLogSink(Stream output, MessageLog log)
    {
        _output = output;
        _log = log;
        _thread = new Thread(Run) { IsBackground = true, Name = "sluice-access-log" };
        _thread.Start();
    }

    /// <summary>Lines that were dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>An empty block, or null while all are on their way out.</summary>
    public AccessLogBlock? TryRent()
    {
        if (_free.TryTake(out AccessLogBlock? block))
        {
            return block;
        }

        if (Volatile.Read(ref _created) >= BlocksMax)
        {
            return null;
        }

        return Interlocked.Increment(ref _created) <= BlocksMax ? new AccessLogBlock() : null;
    }

    /// <summary>Hands a block over.</summary>
    public void Submit(AccessLogBlock block)
    {
        try
        {
            _full.Add(block);
        }
        catch (InvalidOperationException)
        {
            // The sink has ended: the process is about to.
            CountDropped();
        }
    }

    /// <summary>Counts a line that found no block.</summary>
    public void CountDropped()
    {
        Interlocked.Increment(ref _dropped);
        _log.Limited("access-log", "access log: lines are dropped, because the reader of the output is too slow");
    }

    /// <summary>Writes out what is there, for two seconds at the most.</summary>
    public void Dispose()
    {
        _full.CompleteAdding();
        _thread.Join(EndTimeout);
        if (Dropped > 0)
        {
            _log.Write($"access log: {Dropped} lines were dropped");
        }
    }

    private void Run()
    {
        foreach (AccessLogBlock block in _full.GetConsumingEnumerable())
        {
            try
            {
                _output.Write(block.Bytes, 0, block.Length);
                _output.Flush();
            }
            catch (IOException exception)
            {
                _log.Limited("access-log-output", $"access log: {exception.Message}");
            }

            block.Length = 0;
            _free.Add(block);
        }
    }
}
