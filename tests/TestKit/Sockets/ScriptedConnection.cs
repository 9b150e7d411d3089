using System.Net.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>
/// One side of a script on a real socket. Each step has a deadline; one that fails says what it wanted and what all sides did.
/// </summary>
public class ScriptedConnection : IAsyncDisposable
{
    // In so many parts a pause is waited for.
    private const int TicksPerPause = 20;

    private readonly Socket _socket;
    private readonly ReceiveSide _received;

    /// <summary>Takes over a connected socket.</summary>
    protected ScriptedConnection(Socket socket, string name, Transcript transcript)
    {
        _socket = socket;
        Name = name;
        Transcript = transcript;
        _received = new ReceiveSide(socket, name, transcript);
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.NoDelay = true;
        }
    }

    /// <summary>The name of this side in the transcript.</summary>
    public string Name { get; }

    /// <summary>How long a step may take.</summary>
    public TimeSpan StepTimeout { get; set; } = Patience.PerStep;

    /// <summary>How the peer's direction ended, as far as was read.</summary>
    public ConnectionEnd End => _received.End;

    /// <summary>What was received and not read by a step yet.</summary>
    public ReadOnlySpan<byte> Unread => _received.Unread;

    /// <summary>Where all sides write what they do.</summary>
    protected Transcript Transcript { get; }

    /// <summary>Sends text with a character for each byte.</summary>
    public Task SendAsync(string text) => SendAsync(Bytes.Of(text));

    /// <summary>Sends bytes; fails when the peer doesn't take them within the deadline.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Transcript.Sent(Name, bytes.Span);
        using var deadline = new CancellationTokenSource(StepTimeout);
        try
        {
            await _socket.SendAsync(bytes, deadline.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            throw Failure($"{Name}: could not send {bytes.Length} bytes: {exception.Message}");
        }
    }

    /// <summary>Sends bytes to a peer that may close at any time; false when it did.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        Transcript.Sent(Name, bytes.Span);
        using var deadline = new CancellationTokenSource(StepTimeout);
        try
        {
            await _socket.SendAsync(bytes, deadline.Token);
            return true;
        }
        catch (SocketException exception)
        {
            Transcript.Note(Name, $"sending failed: {exception.SocketErrorCode}");
            return false;
        }
        catch (OperationCanceledException)
        {
            throw Failure($"{Name}: the peer took no bytes for {StepTimeout.TotalSeconds} s");
        }
    }

    /// <summary>Sends bytes a few at a time; ends early when the peer closes. Returns how many it took.</summary>
    public async Task<int> SendSlowlyAsync(ReadOnlyMemory<byte> bytes, int bytesEach, TimeSpan pause)
    {
        using var ticks = new PeriodicTimer(pause);
        for (int sent = 0; sent < bytes.Length; sent += bytesEach)
        {
            if (!await TrySendAsync(bytes.Slice(sent, Math.Min(bytesEach, bytes.Length - sent))))
            {
                return sent;
            }

            await ticks.WaitForNextTickAsync();
        }

        return bytes.Length;
    }

    /// <summary>Sends as much as the peer takes until it takes nothing for a while, or no more at all. Returns how much that was.</summary>
    public async Task<long> SendUntilBlockedAsync(ReadOnlyMemory<byte> block, long max, TimeSpan pause)
    {
        // A machine that stands still lets one tick pass, however long it does: nobody could have taken anything.
        using var ticks = new PeriodicTimer(pause / TicksPerPause);
        Task<bool> tick = ticks.WaitForNextTickAsync().AsTask();
        long total = 0;
        for (int quiet = 0; total < max && quiet < TicksPerPause;)
        {
            using var giveUp = new CancellationTokenSource();
            Task<int> sending = _socket.SendAsync(block, SocketFlags.None, giveUp.Token).AsTask();
            for (quiet = 0; quiet < TicksPerPause && await Task.WhenAny(sending, tick) == tick; quiet++)
            {
                tick = ticks.WaitForNextTickAsync().AsTask();
            }

            await (sending.IsCompleted ? Task.CompletedTask : giveUp.CancelAsync());
            try
            {
                total += await sending;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException exception)
            {
                Transcript.Note(Name, $"sending failed: {exception.SocketErrorCode}");
                break;
            }
        }

        Transcript.Note(Name, $"the peer took {total} bytes");
        return total;
    }

    /// <summary>Reads exactly these bytes.</summary>
    public async Task ExpectAsync(string expected)
    {
        byte[] bytes = Bytes.Of(expected);
        while (Unread.Length < bytes.Length && bytes.AsSpan().StartsWith(Unread) && await FillAsync())
        {
        }

        if (!Unread.StartsWith(bytes))
        {
            throw Failure($"{Name}: expected {Bytes.Show(bytes)}\nbut there is   {Bytes.Show(Unread)} ({End})");
        }

        _received.Take(bytes.Length);
    }

    /// <summary>Reads this many bytes, whatever they are.</summary>
    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        await RequireAsync(count);
        return _received.Take(count);
    }

    /// <summary>Reads up to and with a mark.</summary>
    public async Task<string> ReadThroughAsync(string mark)
    {
        byte[] bytes = Bytes.Of(mark);
        int at;
        while ((at = Unread.IndexOf(bytes)) < 0)
        {
            if (!await FillAsync())
            {
                throw Failure($"{Name}: the peer's side ended ({End}) before {Bytes.Show(bytes)}; unread: {Bytes.Show(Unread)}");
            }
        }

        return Bytes.Text(_received.Take(at + bytes.Length));
    }

    /// <summary>Reads what is there or comes next, at most this much; empty at the end of the peer's side.</summary>
    public async Task<byte[]> ReadSomeAsync(int max)
    {
        if (Unread.IsEmpty)
        {
            await FillAsync();
        }

        return _received.Take(Math.Min(max, Unread.Length));
    }

    /// <summary>Reads until the peer's side ends, in whichever way.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return _received.Take(Unread.Length);
    }

    /// <summary>The peer closes in an orderly way, and nothing comes before.</summary>
    public Task ExpectClosedAsync() => ExpectEndAsync(end => end == ConnectionEnd.Closed, "a FIN");

    /// <summary>The peer resets the connection, and nothing comes before.</summary>
    public Task ExpectResetAsync() => ExpectEndAsync(end => end == ConnectionEnd.Reset, "a RST");

    /// <summary>The peer ends the connection either way, and nothing comes before.</summary>
    public Task ExpectGoneAsync() => ExpectEndAsync(end => end != ConnectionEnd.Open, "the end");

    /// <summary>Nothing comes for a while, not even an end.</summary>
    public async Task ExpectSilenceAsync(TimeSpan duration)
    {
        try
        {
            bool isMore = Unread.Length > 0 || await _received.FillAsync(duration, isAwaited: false);
            throw Failure($"{Name}: expected nothing for {duration.TotalMilliseconds} ms, but {(isMore ? Bytes.Show(Unread) : End)} came");
        }
        catch (TimeoutException)
        {
            Transcript.Note(Name, $"nothing for {duration.TotalMilliseconds} ms, as expected");
        }
    }

    /// <summary>Sends a FIN and goes on reading.</summary>
    public void ShutdownSend()
    {
        Transcript.Note(Name, "sends FIN");
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes in an orderly way.</summary>
    public void Close()
    {
        Transcript.Note(Name, "closes");
        _socket.Close();
    }

    /// <summary>Closes with a RST.</summary>
    public void Reset()
    {
        Transcript.Note(Name, "resets");
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A failure of a step, with the transcript.</summary>
    public ScriptException Failure(string message) => new(message, Transcript);

    private async Task ExpectEndAsync(Func<ConnectionEnd, bool> isExpected, string what)
    {
        if (Unread.IsEmpty && End == ConnectionEnd.Open)
        {
            await WithDeadlineAsync(what);
        }

        if (!Unread.IsEmpty || !isExpected(End))
        {
            throw Failure($"{Name}: expected {what}, but there is {(Unread.IsEmpty ? End : Bytes.Show(Unread))}");
        }
    }

    private async Task WithDeadlineAsync(string what)
    {
        try
        {
            await FillAsync();
        }
        catch (TimeoutException)
        {
            throw Failure($"{Name}: expected {what} within {StepTimeout.TotalMilliseconds} ms, but nothing came");
        }
    }

    private async Task RequireAsync(int count)
    {
        while (Unread.Length < count)
        {
            if (!await FillAsync())
            {
                throw Failure($"{Name}: expected {count} bytes, but the peer's side ended ({End}) after {Bytes.Show(Unread)}");
            }
        }
    }

    private Task<bool> FillAsync() => _received.FillAsync(StepTimeout, isAwaited: true);
}
