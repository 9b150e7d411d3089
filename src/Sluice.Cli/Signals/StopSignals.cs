using System.Runtime.InteropServices;
using Sluice.Cli.Output;

namespace Sluice.Cli.Signals;

/// <summary>
/// The signals that an operator or a service manager sends: SIGTERM, SIGINT and SIGQUIT end the program, the second one at once; SIGHUP is handed on.
/// </summary>
/// <remarks>The handlers run on a thread of the runtime, at any time between construction and disposal.</remarks>
internal sealed class StopSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Action? _onHangUp;
    private bool _isHangUpPending;

    internal StopSignals()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnStop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp),
        ];
    }

    /// <summary>Blocks until the first one came.</summary>
    /// <returns>Its name.</returns>
    internal string WaitForFirst() => _first.Task.GetAwaiter().GetResult();

    /// <summary>Says what SIGHUP does; one that came before does it now.</summary>
    internal void OnHangUp(Action action)
    {
        bool isPending;
        lock (_gate)
        {
            _onHangUp = action;
            isPending = _isHangUpPending;
        }

        if (isPending)
        {
            action();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_first.TrySetResult(context.Signal.ToString()))
        {
            return;
        }

        Terminal.Complain($"{context.Signal}: ending at once");
        Terminal.EndBackground();
        Environment.Exit(ExitCode.Forced);
    }

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        Action? action;
        lock (_gate)
        {
            action = _onHangUp;
            _isHangUpPending = action is null;
        }

        action?.Invoke();
    }
}
