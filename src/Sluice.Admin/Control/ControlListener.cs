namespace Sluice.Admin.Control;

/// <summary>
/// Waits for the first command before ASP.NET Core is loaded: an instance that nobody asks anything pays neither the time at its start nor the
/// memory. The first answer takes some 200 ms longer for it.
/// </summary>
/// <remarks>One thread, which sleeps in poll(2) until then and ends.</remarks>
public sealed class ControlListener : IAsyncDisposable
{
    private readonly ControlSocket _socket;
    private readonly Lock _gate = new();
    private bool _isDisposed;
    private Task<ControlServer>? _server;

    private ControlListener(ControlSocket socket) => _socket = socket;

    /// <summary>Begins to wait, and returns.</summary>
    /// <param name="socket">The socket, which is disposed with the listener.</param>
    /// <param name="instance">What is told and controlled.</param>
    public static ControlListener Start(ControlSocket socket, ControlledInstance instance)
    {
        var listener = new ControlListener(socket);
        new Thread(() => listener.Run(instance)) { IsBackground = true, Name = "control" }.Start();
        return listener;
    }

    /// <summary>Stops answering, and removes the socket.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<ControlServer>? server;
        lock (_gate)
        {
            _isDisposed = true;
            server = _server;
        }

        if (server is { IsFaulted: false })
        {
            await (await server.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _socket.Dispose();
    }

    private void Run(ControlledInstance instance)
    {
        if (!_socket.WaitForConnection())
        {
            return;
        }

        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _server = ControlServer.StartAsync(_socket, instance);
        }

        _server.ContinueWith(
            failed => instance.Log($"bug: the control socket {_socket.Path} does not answer: {failed.Exception!.InnerException}"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }
}
