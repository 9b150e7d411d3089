using System.Diagnostics.CodeAnalysis;
using Sluice.Config;
using Sluice.Config.Certificates;
using Sluice.Config.Model;
using Sluice.Proxy;

namespace Sluice.Admin.Reloading;

/// <summary>Loads the configuration again and has the server serve it: all of it, or nothing changes.</summary>
/// <remarks>Every member may be called from any thread. What is served and what was loaded are one volatile reference each.</remarks>
public sealed class Reloader
{
    private readonly ConfigSource _source;
    private readonly SluiceServer _server;
    private readonly LaunchOverrides _overrides;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private readonly ReloadTurns _turns;
    private readonly Lock _changing = new();
    private readonly int _workersAtStart;
    private readonly ControlConfig _controlAtStart;
    private volatile ConfigResult _served;
    private volatile ReloadHistory _history;
    private volatile IReadOnlyList<string> _files;

    /// <summary>Creates it for a server that runs.</summary>
    /// <param name="source">Where the configuration comes from.</param>
    /// <param name="loaded">The one that the server was started with; without errors.</param>
    /// <param name="server">The server.</param>
    /// <param name="overrides">What the command line said.</param>
    /// <param name="log">Takes a line for the operator, on any thread.</param>
    /// <param name="time">For the times of outcomes.</param>
    public Reloader(
        ConfigSource source, ConfigResult loaded, SluiceServer server, LaunchOverrides overrides, Action<string> log, TimeProvider time)
    {
        _source = source;
        _served = loaded;
        _server = server;
        _overrides = overrides;
        _log = log;
        _time = time;
        _workersAtStart = overrides.WorkersOf(loaded);
        _controlAtStart = loaded.Config!.Control;
        _history = new ReloadHistory { LastSuccessAt = time.GetUtcNow() };
        _files = source.FilesOf(loaded);
        _turns = new ReloadTurns(Reload);
    }

    /// <summary>What was loaded of the configuration that is served.</summary>
    public ConfigResult Served => _served;

    /// <summary>What became of the reloads so far.</summary>
    public ReloadHistory History => _history;

    /// <summary>The files and folders that the last load, good or bad, depended on.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Whether a change of a file is a reason to reload, as the configuration that is served has it.</summary>
    public bool IsWatching => _source.Path is not null && _overrides.IsWatching(_served);

    /// <summary>Whether there is a file to load again.</summary>
    public bool CanReload => _source.Path is not null;

    /// <summary>Called with each outcome before those who asked are told, on the thread of the reload.</summary>
    public Action<ReloadOutcome>? OnReloaded { get; set; }

    /// <summary>Reloads. What is asked for while a reload runs is done by one further reload.</summary>
    /// <param name="trigger">What asks, for the log.</param>
    public Task<ReloadOutcome> ReloadAsync(string trigger)
    {
        if (CanReload)
        {
            return _turns.RequestAsync(trigger);
        }

        const string problem = "nothing to reload: it runs without a configuration file";
        _log($"{trigger}: {problem}");
        return Task.FromResult(new ReloadOutcome(_time.GetUtcNow(), trigger) { Problem = problem });
    }

    /// <summary>Whether the files say something else than what is served, by reading them. Blocks; false when there is no file.</summary>
    public bool IsStale()
    {
        if (!CanReload)
        {
            return false;
        }

        ConfigResult served = _served;
        ConfigResult loaded = _source.Load();
        return loaded.HasErrors
            || loaded.Plan != served.Plan
            || loaded.Config!.Workers != served.Config!.Workers
            || loaded.Config.Watch != served.Config.Watch
            || loaded.Config.Control != served.Config.Control;
    }

    /// <summary>
    /// Serves certificates from files anew that changed since they were read; the rest of the configuration stays as it is served, whatever its files say.
    /// One that can't be used is told of, and the one before it served on. Blocks.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "A bug in a refresh must leave the server running; it is reported with its trace.")]
    public void RefreshCertificates()
    {
        long allocatedBefore = LoadMemory.Allocated;
        try
        {
            lock (_changing)
            {
                CertificateRefresh refresh = CertificateReader.Refresh(_served.Plan!);
                foreach (CertificateProblem problem in refresh.Failed.SelectMany(reading => reading.Problems).Where(problem => problem.IsError))
                {
                    _log($"certificate not exchanged, going on with the one before: {problem.Message}");
                }

                if (refresh.Renewed.Count > 0)
                {
                    ConfigResult renewed = _served with { Plan = refresh.Plan };
                    _server.Reload(_overrides.PlanOf(renewed));
                    _served = renewed;
                    _log($"certificates exchanged: {string.Join(", ", refresh.Renewed.Select(reading => reading.Plan))}");
                }
            }
        }
        catch (ListenException exception)
        {
            _log($"certificates not exchanged: {exception.Message}");
        }
        catch (ObjectDisposedException)
        {
            // It is stopping.
        }
        catch (Exception exception)
        {
            _log($"bug: {exception}");
        }

        LoadMemory.GiveBack(allocatedBefore);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A bug in a reload must leave the server running; it is reported with its trace.")]
    private ReloadOutcome Reload(string trigger)
    {
        long allocatedBefore = LoadMemory.Allocated;
        ReloadOutcome outcome;
        try
        {
            lock (_changing)
            {
                outcome = TryReload(trigger);
            }
        }
        catch (Exception exception)
        {
            _log($"bug: {exception}");
            outcome = Fail(trigger, $"bug: {exception.Message}");
        }

        _history = _history.With(outcome);
        Write(outcome);
        OnReloaded?.Invoke(outcome);
        LoadMemory.GiveBack(allocatedBefore);
        return outcome;
    }

    private ReloadOutcome TryReload(string trigger)
    {
        ConfigResult loaded = _source.Load();
        _files = _source.FilesOf(loaded);
        if (loaded.HasErrors)
        {
            return new ReloadOutcome(_time.GetUtcNow(), trigger) { Diagnostics = loaded.Diagnostics };
        }

        try
        {
            ReloadResult changes = _server.Reload(_overrides.PlanOf(loaded));
            _served = loaded;
            return new ReloadOutcome(_time.GetUtcNow(), trigger)
            {
                Changes = changes,
                Diagnostics = loaded.Diagnostics,
                RestartHints = HintsOf(loaded),
            };
        }
        catch (ListenException exception)
        {
            return Fail(trigger, exception.Message);
        }
        catch (ObjectDisposedException)
        {
            return Fail(trigger, "it is stopping");
        }
    }

    private ReloadOutcome Fail(string trigger, string problem) => new(_time.GetUtcNow(), trigger) { Problem = problem };

    private List<string> HintsOf(ConfigResult loaded)
    {
        var hints = new List<string>();
        int workers = _overrides.WorkersOf(loaded);
        if (workers != _workersAtStart)
        {
            hints.Add($"`workers` changed from {Workers(_workersAtStart)} to {Workers(workers)}: restart for it to take effect");
        }

        if (loaded.Config!.Control != _controlAtStart)
        {
            hints.Add("`control` changed: restart for it to take effect");
        }

        return hints;
    }

    private static string Workers(int count) => count == 0 ? "auto" : count.ToString();

    private void Write(ReloadOutcome outcome)
    {
        if (!outcome.IsSuccess)
        {
            _log($"not reloaded ({outcome.Trigger}), going on as before: {outcome.Summary}");
            return;
        }

        string warnings = outcome.Diagnostics.Count switch { 0 => "", 1 => "; 1 warning", int count => $"; {count} warnings" };
        _log($"reloaded: {outcome.Summary}{warnings} ({outcome.Trigger})");
        foreach (string hint in outcome.RestartHints)
        {
            _log($"warning: {hint}");
        }
    }
}
