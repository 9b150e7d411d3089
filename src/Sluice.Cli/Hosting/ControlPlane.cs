using Sluice.Admin.Control;
using Sluice.Admin.Reloading;
using Sluice.Admin.Watching;
using Sluice.Cli.Commands;
using Sluice.Cli.Output;
using Sluice.Config;
using Sluice.Config.Model;
using Sluice.Proxy;

namespace Sluice.Cli.Hosting;

/// <summary>What runs beside the data plane of an instance: reloading, the watch on its files, and its control socket.</summary>
internal sealed class ControlPlane : IDisposable
{
    private readonly ControlledInstance _instance;
    private readonly Reloader _reloader;
    private readonly ReloadOnChange _watch;
    private readonly ControlSocket? _socket;
    private ControlListener? _listener;

    private ControlPlane(ControlledInstance instance, ControlSocket? socket)
    {
        _instance = instance;
        _reloader = instance.Reloader;
        _socket = socket;
        _watch = new ReloadOnChange(_reloader);
        _reloader.OnReloaded = _ => _watch.Follow();
    }

    /// <summary>The path of the control socket; null when there is none.</summary>
    internal string? SocketPath => _socket?.Path;

    /// <summary>Makes what belongs to a server that runs. Commands can connect when it returns; they are answered after <see cref="Start"/>.</summary>
    /// <exception cref="ControlSocketException">The socket that the operator named can't be made.</exception>
    internal static ControlPlane Attach(SluiceServer server, ConfigSource source, ConfigResult loaded, LaunchOverrides overrides)
    {
        var reloader = new Reloader(source, loaded, server, overrides, Terminal.Complain, TimeProvider.System);
        var instance = new ControlledInstance(VersionCommand.Version, DateTimeOffset.UtcNow, source, server, reloader, Terminal.Complain);
        return new ControlPlane(instance, OpenSocket(loaded.Config!.Control));
    }

    /// <summary>Begins to watch and to answer, in the background.</summary>
    internal void Start()
    {
        _watch.Follow();
        if (_socket is not null)
        {
            _listener = ControlListener.Start(_socket, _instance);
        }
    }

    /// <summary>Reloads because of SIGHUP; returns at once.</summary>
    internal void HangUp() => _ = _reloader.ReloadAsync("SIGHUP");

    /// <summary>Ends it all.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _listener?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _socket?.Dispose();
    }

    private static ControlSocket? OpenSocket(ControlConfig control)
    {
        if (!control.IsOn)
        {
            return null;
        }

        if ((ControlPath.FromEnvironment ?? control.SocketPath) is { } named)
        {
            return ControlSocket.Open(named);
        }

        try
        {
            return ControlSocket.OpenDefault(ControlPath.Default);
        }
        catch (ControlSocketException exception)
        {
            // Nobody asked for this one, so it is no reason not to serve.
            Terminal.Complain($"{exception.Message}; going on without");
            return null;
        }
    }
}
