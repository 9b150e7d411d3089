using System.CommandLine;

namespace Sluice.Load.Reload;

/// <summary>`reload` on the command line. It shares options with the other commands, but a run of it is longer by default.</summary>
internal static class ReloadCommand
{
    private const int SecondsDefault = 100;
    private const int RoutesDefault = 1000;

    /// <param name="guard">Turns what the user can mend into an exit code.</param>
    public static Command Build(
        Option<int> seconds, Option<int> routes, Option<string?> sluice, Option<string?> json, Option<string?> only,
        Func<Func<Task<int>>, Task<int>> guard)
    {
        Option<int> reloads = Count("--reloads", "Reloads under full load", 100);
        Option<int> warmReloads = Count("--warm-reloads", "Reloads before the first reading of memory", 60);
        Option<int> memoryReloads = Count("--memory-reloads", "Reloads between the two readings of memory", 1000);
        Option<int> webSockets = Count("--websockets", "Open WebSockets under full load", 200);
        Option<int> downloads = Count("--downloads", "Slow downloads under full load", 20);
        Option<int> effect = Count("--effect-seconds", "How soon a reload must take effect", 2);
        var command = new Command("reload", "Failed requests and cut streams while reloads go on; memory after many of them")
        {
            reloads, warmReloads, memoryReloads, webSockets, downloads, effect,
        };

        ReloadOptions Read(ParseResult line) => new(
            Math.Clamp(line.GetValue(reloads), 1, 10_000),
            Math.Clamp(Given(line, seconds, SecondsDefault), 1, 3600),
            Math.Clamp(line.GetValue(warmReloads), 1, 100_000),
            Math.Clamp(line.GetValue(memoryReloads), 1, 100_000),
            Math.Clamp(Given(line, routes, RoutesDefault), 0, 100_000),
            Math.Clamp(line.GetValue(webSockets), 1, 5000),
            Math.Clamp(line.GetValue(downloads), 1, 1000),
            Math.Clamp(line.GetValue(effect), 1, 60),
            line.GetValue(sluice),
            line.GetValue(json),
            line.GetValue(only));

        command.SetAction((line, stop) => guard(() => ReloadMeasurement.RunAsync(Read(line), stop)));
        return command;
    }

    private static Option<int> Count(string name, string description, int fallback) =>
        new(name) { Description = description, DefaultValueFactory = _ => fallback };

    /// <summary>A shared option has a default of its own, which is not this command's.</summary>
    private static int Given(ParseResult line, Option<int> option, int fallback) =>
        line.GetResult(option) is { Implicit: false } ? line.GetValue(option) : fallback;
}
