using Sluice.Admin.Control;
using Sluice.Admin.Reloading;
using Sluice.Cli.Output;
using Sluice.Cli.Signals;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Hosting;

/// <summary>Runs a server until a signal ends it.</summary>
internal static class Foreground
{
    /// <summary>Starts a server, waits for the signal, drains.</summary>
    /// <param name="plan">What to serve.</param>
    /// <param name="workers">Event-loop threads; 0 for one per core.</param>
    /// <param name="attach">Makes what runs beside the server, once requests are answered; null when nothing does.</param>
    /// <param name="announce">Called then.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static int Run(ProxyPlan plan, int workers, Func<SluiceServer, ControlPlane>? attach, Action<SluiceServer, ControlPlane?> announce)
    {
        Terminal.BeginBackground();
        try
        {
            return Serve(plan, workers, attach, announce);
        }
        finally
        {
            Terminal.EndBackground();
        }
    }

    private static int Serve(ProxyPlan plan, int workers, Func<SluiceServer, ControlPlane>? attach, Action<SluiceServer, ControlPlane?> announce)
    {
        // Before the start, so that a signal during it isn't lost.
        using var signals = new StopSignals();
        SluiceServer server;
        try
        {
            server = SluiceServer.Start(plan, new SluiceServerOptions { Workers = workers, Log = Terminal.Complain });
        }
        catch (ListenException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCode.CouldNotStart;
        }

        const long allocatedAtFirst = 0;
        LoadMemory.GiveBack(allocatedAtFirst);
        ControlPlane? control = null;
        try
        {
            control = attach?.Invoke(server);
            announce(server, control);
            control?.Start();
            signals.OnHangUp(control is null ? () => Terminal.Complain("SIGHUP: nothing to reload") : control.HangUp);
            return Drain(server, signals.WaitForFirst());
        }
        catch (ControlSocketException exception)
        {
            Terminal.Complain(exception.Message);
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return ExitCode.CouldNotStart;
        }
        finally
        {
            control?.Dispose();
        }
    }

    private static int Drain(SluiceServer server, string signal)
    {
        TimeSpan grace = TimeSpan.FromMilliseconds(server.Plan.Limits.ShutdownGraceMs);
        Terminal.Complain($"{signal}: finishing requests in progress for up to {grace.TotalSeconds:0.###} s; a second signal ends at once");
        bool isClean = server.StopAsync(grace).GetAwaiter().GetResult();
        if (!isClean)
        {
            Terminal.Complain("the grace period is over: requests in progress were cut off");
        }

        return isClean ? ExitCode.Ok : ExitCode.Forced;
    }
}
