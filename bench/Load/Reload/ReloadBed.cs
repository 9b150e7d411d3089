using Sluice.Load.Contenders;
using Sluice.Load.Processes;

namespace Sluice.Load.Reload;

/// <summary>A fresh Sluice with generation 0, two origins for requests and downloads, and one for WebSockets.</summary>
internal sealed class ReloadBed : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    private ReloadBed(Workspace workspace) => Workspace = workspace;

    public Workspace Workspace { get; }

    public string OriginFolder => Workspace.PathOf("origin-files");

    public required Contender Sluice { get; init; }

    public required ReloadDriver Driver { get; init; }

    public static async Task<ReloadBed> StartAsync(
        Workspace workspace, SluiceProxy proxy, ReloadOptions options, FailureTally failures, CancellationToken stop)
    {
        var parts = new List<IDisposable>();
        T Keep<T>(T part)
            where T : IDisposable
        {
            parts.Add(part);
            return part;
        }

        try
        {
            Contender first = Keep(Origin.Start(workspace, 1, null));
            Contender second = Keep(Origin.Start(workspace, 1, null));
            EchoOrigin echo = Keep(EchoOrigin.Start());
            await first.WaitUntilReadyAsync(stop);
            await second.WaitUntilReadyAsync(stop);
            var file = new GenerationFile(
                Workspace.FreePort(), Workspace.FreePort(), (first.Port, second.Port), echo.Port, FillerRoutes.Text(options.Routes));
            string path = workspace.Write($"reload-{file.Port}.yaml", file.Valid(0));
            Contender sluice = Keep(proxy.StartWith(path, file.Port, null));
            await sluice.WaitUntilReadyAsync(stop);
            ReloadDriver driver = Keep(new ReloadDriver(sluice, file, path, TimeSpan.FromSeconds(options.EffectSecondsMax), failures));
            var bed = new ReloadBed(workspace) { Sluice = sluice, Driver = driver };
            bed._parts.AddRange(parts);
            return bed;
        }
        catch
        {
            End(parts);
            throw;
        }
    }

    public void Dispose() => End(_parts);

    /// <summary>The last first: Sluice before its origins.</summary>
    private static void End(List<IDisposable> parts)
    {
        for (int at = parts.Count - 1; at >= 0; at--)
        {
            parts[at].Dispose();
        }
    }
}
