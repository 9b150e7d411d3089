using Sluice.Admin.Certificates;
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
    private const int LookIntervalMs = 2_000;

    private readonly ControlledInstance _instance;
    private readonly Reloader _reloader;
    private readonly ReloadOnChange _watch;
    private readonly CertificateWatch _certificateWatch;
    private readonly CertificateService _certificates;
    private readonly ControlConfig _control;
    private readonly Lock _gate = new();
    private ControlSocket? _socket;
    private ControlListener? _listener;
    private Timer? _timer;
    private bool _isDisposed;
    private bool _hasComplained;

    private ControlPlane(ControlledInstance instance, ControlConfig control)
    {
        _control = control;
        _instance = instance;
        _reloader = instance.Reloader;
        _socket = OpenSocket(control);
        _watch = new ReloadOnChange(_reloader);
        _certificateWatch = new CertificateWatch(_reloader);
        _certificates = instance.Certificates;
        _reloader.OnReloaded = _ => Follow();
    }

    /// <summary>The path of the control socket; null when there is none.</summary>
    internal string? SocketPath => _socket?.Path;

    /// <summary>Makes what belongs to a server that runs. Commands can connect when it returns; they are answered after <see cref="Start"/>.</summary>
    /// <exception cref="ControlSocketException">The socket that the operator named can't be made.</exception>
    internal static ControlPlane Attach(SluiceServer server, ConfigSource source, ConfigResult loaded, LaunchOverrides overrides)
    {
        var reloader = new Reloader(source, loaded, server, overrides, Terminal.Complain, TimeProvider.System);
        var certificates = new CertificateService(server, Terminal.Complain, TimeProvider.System);
        var instance = new ControlledInstance(VersionCommand.Version, DateTimeOffset.UtcNow, source, server, reloader, certificates, Terminal.Complain);
        return new ControlPlane(instance, loaded.Config!.Control);
    }

    /// <summary>Begins to watch and to answer, in the background.</summary>
    internal void Start()
    {
        Follow();
        if (_socket is not null)
        {
            _listener = ControlListener.Start(_socket, _instance);
            _timer = new Timer(_ => RestoreSocket(), null, LookIntervalMs, LookIntervalMs);
        }
    }

    // What is served now has files and certificates of its own. Certificates are opened and ordered in the background.
    private void Follow()
    {
        _watch.Follow();
        _certificateWatch.Follow();
        _ = _certificates.ApplyAsync(_reloader.Served.Automation);
    }

    /// <summary>Reloads because of SIGHUP; returns at once.</summary>
    internal void HangUp() => _ = _reloader.ReloadAsync("SIGHUP");

    /// <summary>Ends it all.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _certificateWatch.Dispose();
        _certificates.DisposeAsync().AsTask().GetAwaiter().GetResult();
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }

        _listener?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _socket?.Dispose();
    }

    // Some clean /tmp of what is old, and nobody can connect to a socket without a name. Runs on the thread pool.
    private void RestoreSocket()
    {
        ControlListener? old;
        lock (_gate)
        {
            if (_isDisposed || !_socket!.IsLost)
            {
                return;
            }

            try
            {
                ControlSocket fresh = IsNamed(_control) ? ControlSocket.Open(_socket.Path) : ControlSocket.OpenDefault(_socket.Path);
                old = _listener;
                _socket = fresh;
                _listener = ControlListener.Start(fresh, _instance);
            }
            catch (ControlSocketException exception)
            {
                Complain(exception);
                return;
            }
        }

        _hasComplained = false;
        Terminal.Complain($"the control socket {_socket.Path} was removed; made anew");
        _ = old?.DisposeAsync().AsTask();
    }

    // Once for each time that it is lost; it is tried again and again.
    private void Complain(ControlSocketException exception)
    {
        if (!_hasComplained)
        {
            _hasComplained = true;
            Terminal.Complain(exception.Message);
        }
    }

    private static bool IsNamed(ControlConfig control) => (ControlPath.FromEnvironment ?? control.SocketPath) is not null;

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
