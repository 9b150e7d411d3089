using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Reactor.Sockets;

/// <summary>Opens a connection from an event loop. Reused for one attempt after another; one attempt at a time.</summary>
public sealed class Connector : ITimerTarget
{
    private readonly EventLoop _loop;
    private readonly LoopTimer _timer;
    private StreamSocket? _connecting;
    private StreamSocket? _connected;

    /// <summary>Creates a connector for <paramref name="loop"/>.</summary>
    public Connector(EventLoop loop)
    {
        _loop = loop;
        _timer = loop.Timers.Create(this);
    }

    /// <summary>
    /// Connects, and leaves the result for <see cref="TakeSocket"/>. Ends with <see cref="IoResult.TimedOut"/> after <paramref name="timeoutMs"/>, with
    /// <see cref="IoResult.Canceled"/> after <see cref="Cancel"/>, or with the kernel's error.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<IoResult> ConnectAsync(SocketTarget target, int timeoutMs)
    {
        Debug.Assert(_connecting is null, "One attempt at a time.");
        _connected = null;
        IoResult started = Start(target, out StreamSocket? socket);
        if (socket is null)
        {
            return started;
        }

        if (started.Error == Errno.InProgress)
        {
            _connecting = socket;
            _timer.Set(timeoutMs);
            IoResult waited = await socket.WaitWritableAsync();
            _timer.Stop();
            _connecting = null;
            started = waited.IsError ? waited : new IoResult(-socket.TakeError());
        }

        if (started.IsError)
        {
            socket.Close();
            return started;
        }

        _connected = socket;
        return default;
    }

    /// <summary>Hands over the socket of the last attempt, null if it failed. Who takes it owns it.</summary>
    public StreamSocket? TakeSocket()
    {
        StreamSocket? socket = _connected;
        _connected = null;
        return socket;
    }

    /// <summary>Gives the attempt in progress up.</summary>
    public void Cancel() => _connecting?.CancelSend(IoResult.Canceled);

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _connecting?.CancelSend(IoResult.TimedOut);

    private unsafe IoResult Start(SocketTarget target, out StreamSocket? socket)
    {
        socket = null;
        _loop.Counters.OtherCalls += 2;
        int fd = LibC.Socket(target.Family, LibC.SockStream | LibC.SockNonBlock | LibC.SockCloExec, 0);
        if (fd < 0)
        {
            return new IoResult(-Marshal.GetLastPInvokeError());
        }

        if (DescriptorReserve.Holds(fd))
        {
            _ = LibC.Close(fd);
            return new IoResult(-Errno.TooManyFiles);
        }

        if (target.Family != LibC.AfUnix)
        {
            int on = 1;
            _loop.Counters.OtherCalls++;
            _ = LibC.SetSocketOption(fd, LibC.IpProtoTcp, LibC.TcpNoDelay, &on, sizeof(int));
        }

        int error = 0;
        fixed (byte* address = target.Address)
        {
            if (LibC.Connect(fd, address, (uint)target.Address.Length) != 0)
            {
                error = Marshal.GetLastPInvokeError();
            }
        }

        if (error != 0 && error != Errno.InProgress)
        {
            _ = LibC.Close(fd);
            return new IoResult(-error);
        }

        socket = _loop.Adopt(fd, out int refused);
        return new IoResult(socket is null ? -refused : -error);
    }
}
