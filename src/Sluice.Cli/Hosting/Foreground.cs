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
    /// <param name="announce">Called once requests are answered.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static int Run(ProxyPlan plan, int workers, Action<SluiceServer> announce)
    {
        // Before the start, so that a signal during it isn't lost.
        using var signals = new StopSignals();
        SluiceServer server;
        try
        {
            server = SluiceServer.Start(plan, new SluiceServerOptions { Workers = workers });
        }
        catch (ListenException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCode.CouldNotStart;
        }

        announce(server);
        string signal = signals.WaitForFirst();
        TimeSpan grace = TimeSpan.FromMilliseconds(plan.Limits.ShutdownGraceMs);
        Terminal.Complain($"{signal}: finishing requests in progress for up to {grace.TotalSeconds:0.###} s; a second signal ends at once");
        bool isClean = server.StopAsync(grace).GetAwaiter().GetResult();
        if (!isClean)
        {
            Terminal.Complain("the grace period is over: requests in progress were cut off");
        }

        return isClean ? ExitCode.Ok : ExitCode.Forced;
    }
}
