using Sluice.Reactor;

namespace Sluice.Admin.Control;

/// <summary>
/// Waits for the first command before ASP.NET Core is loaded: an instance that nobody asks anything pays neither the time at its start nor the
/// memory. The first answer takes some 200 ms longer for it.
/// </summary>
/// <remarks>
/// One thread, which sleeps in poll(2) until then and ends. Where clients have taken so many descriptors that loading would fail, which can't be
/// tried twice and may end the process, commands wait until there are enough again.
/// </remarks>
public sealed class ControlListener : IAsyncDisposable
{
    // ASP.NET Core takes 90, of which all but a few are assemblies that stay open.
    private const int DescriptorsNeeded = 110;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly ControlSocket _socket;
    private readonly ManualResetEventSlim _ends = new();
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

        _ends.Set();

        if (server is { IsFaulted: false })
        {
            await (await server.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }

        _socket.Dispose();
    }

    private void Run(ControlledInstance instance)
    {
        if (!_socket.WaitForConnection() || !HoldDescriptors(instance))
        {
            return;
        }

        lock (_gate)
        {
            _server = _isDisposed ? null : StartAsync(instance);
        }

        if (_server is null)
        {
            DescriptorReserve.Hold(-DescriptorsNeeded);
            return;
        }

        _server.ContinueWith(
            failed => instance.Log($"bug: the control socket {_socket.Path} does not answer: {failed.Exception!.InnerException}"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    // Whatever fails, down to an assembly that can't be loaded, is the task's.
    private async Task<ControlServer> StartAsync(ControlledInstance instance)
    {
        try
        {
            return await ControlServer.StartAsync(_socket, instance).ConfigureAwait(false);
        }
        finally
        {
            DescriptorReserve.Hold(-DescriptorsNeeded);
        }
    }

    // False when it ended meanwhile. Clients that come while it loads wait in the queue of the kernel.
    private bool HoldDescriptors(ControlledInstance instance)
    {
        bool hasComplained = false;
        while (true)
        {
            DescriptorReserve.Hold(DescriptorsNeeded);
            if (DescriptorReserve.Free >= DescriptorsNeeded)
            {
                return true;
            }

            DescriptorReserve.Hold(-DescriptorsNeeded);
            if (!hasComplained)
            {
                hasComplained = true;
                instance.Log($"the control socket {_socket.Path} can't answer before {DescriptorsNeeded} file descriptors are free");
            }

            if (_ends.Wait(LookInterval))
            {
                return false;
            }
        }
    }
}
