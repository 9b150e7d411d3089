using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>Everyone who takes part, in the order in which they run in a round.</summary>
internal static class Field
{
    /// <summary>Sluice first, unless it is left out; then nginx and HAProxy, whom its ratios are against.</summary>
    public static async Task<IReadOnlyList<IContenderLauncher>> PrepareAsync(
        BenchOptions options, Workspace workspace, CancellationToken stop)
    {
        IContenderLauncher[] peers = [new NginxProxy(), new HaproxyProxy()];
        if (options.SkipSluice)
        {
            return peers;
        }

        SluiceProxy sluice = await SluiceProxy.PrepareAsync(options.SluicePath, workspace, stop);
        return options.Routes == 0 ? [sluice, .. peers] : [sluice, sluice.WithRoutes(options.Routes), .. peers];
    }
}
