using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Sluice.Proxy.Telemetry;

/// <summary>Writes messages on a thread of its own: a reader that is slow or has stopped, such as a pipe to a service manager that hangs, holds nobody up.</summary>
/// <remarks>There may be <see cref="MessagesMax"/> that wait; above that they are dropped and counted, and their number is written when there is room again. Any thread.</remarks>
public sealed class MessageOutput : IDisposable
{
    /// <summary>Some hundred kilobytes. Kinds of messages are limited to one a second.</summary>
    public const int MessagesMax = 1_000;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly TextWriter _output;
    private readonly BlockingCollection<string> _waiting = new(MessagesMax);
    private readonly Thread _thread;
    private long _dropped;
    private long _told;

    /// <summary>Starts the thread.</summary>
    /// <param name="output">Where messages go; not closed.</param>
    public MessageOutput(TextWriter output)
    {
        _output = output;

        // At once, and not with the first message: when that is about descriptors, there may be none for a thread.
        _thread = new Thread(Run) { IsBackground = true, Name = "sluice-messages" };
        _thread.Start();
    }

    /// <summary>Messages that were dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Writes a text, which ends with its line, or drops it. Never waits.</summary>
    public void Write(string text)
    {
        try
        {
            if (_waiting.TryAdd(text))
            {
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // It has ended: the program is about to.
        }

        Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes out what waits, for two seconds at the most. What comes later is dropped.</summary>
    [SuppressMessage("Reliability", "CA2213", Justification = "The thread may still wait for its reader, and uses the collection.")]
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join(EndTimeout);
    }

    private void Run()
    {
        foreach (string text in _waiting.GetConsumingEnumerable())
        {
            try
            {
                _output.Write(text);
                TellDropped();
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody is there who could be told.
            }
        }
    }

    private void TellDropped()
    {
        long dropped = Dropped;
        if (dropped > _told)
        {
            _output.Write($"sluice: {dropped - _told} messages were dropped, because the reader of the output is too slow\n");
            _told = dropped;
        }
    }
}
