using System.Net.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>What a scripted side has received and its steps have not read yet.</summary>
internal sealed class ReceiveSide(Socket socket, string name, Transcript transcript)
{
    // Receives are large enough for bulk transfers.
    private const int ReceiveBytes = 64 * 1024;

    private byte[] _buffer = new byte[ReceiveBytes];
    private int _start;
    private int _end;

    /// <summary>How the peer's direction ended, as far as was read.</summary>
    internal ConnectionEnd End { get; private set; }

    /// <summary>What was received and not read by a step yet.</summary>
    internal ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Takes unread bytes away.</summary>
    internal byte[] Take(int count)
    {
        byte[] bytes = Unread[..count].ToArray();
        _start += count;
        return bytes;
    }

    /// <summary>Receives once. False at the end of the peer's side.</summary>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="isAwaited">Whether something has to come: then what is there behind the time counts, too.</param>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    internal async Task<bool> FillAsync(TimeSpan timeout, bool isAwaited)
    {
        if (End != ConnectionEnd.Open)
        {
            return false;
        }

        MakeRoom();
        try
        {
            int count = await ReceiveAsync(timeout, isAwaited);
            transcript.Received(name, _buffer.AsSpan(_end, count));
            _end += count;
            End = count == 0 ? ConnectionEnd.Closed : ConnectionEnd.Open;
            return count > 0;
        }
        catch (SocketException exception)
        {
            transcript.Note(name, $"got {exception.SocketErrorCode}");
            End = ConnectionEnd.Reset;
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"{name}: nothing came for {timeout.TotalMilliseconds} ms; unread: {Bytes.Show(Unread)}\n\nTranscript:\n{transcript}");
        }
    }

    private async Task<int> ReceiveAsync(TimeSpan timeout, bool isAwaited)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            return await socket.ReceiveAsync(_buffer.AsMemory(_end), deadline.Token);
        }
        catch (OperationCanceledException) when (isAwaited && socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            // A machine that kept the test from running let both come at once, the bytes and the end of the time.
            return socket.Receive(_buffer.AsSpan(_end), SocketFlags.None);
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }

        if (_buffer.Length - _end < ReceiveBytes / 4)
        {
            byte[] larger = new byte[Math.Max(_buffer.Length, (_end - _start) * 2) + ReceiveBytes];
            Unread.CopyTo(larger);
            _end -= _start;
            _start = 0;
            _buffer = larger;
        }
    }
}
