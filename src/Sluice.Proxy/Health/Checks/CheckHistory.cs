namespace Sluice.Proxy.Health.Checks;

/// <summary>What became of the checks of a server so far. It outlives reloads as its server does.</summary>
/// <remarks>Written by the worker that checks the server, read by any thread; which worker that is never changes.</remarks>
public sealed class CheckHistory
{
    private volatile CheckReport? _last;
    private volatile bool _awaitsFirst;
    private long _passed;
    private long _failed;

    /// <summary>The last check; null when there was none.</summary>
    public CheckReport? Last => _last;

    /// <summary>Checks that the server passed.</summary>
    public long Passed => Volatile.Read(ref _passed);

    /// <summary>Checks that it failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Whether the server gets no requests because no check has succeeded so far: then one is enough.</summary>
    internal bool AwaitsFirst
    {
        get => _awaitsFirst;
        set => _awaitsFirst = value;
    }

    /// <summary>Adds a check.</summary>
    internal void Add(CheckReport report)
    {
        _last = report;
        _awaitsFirst &= !report.HasPassed;
        if (report.HasPassed)
        {
            Volatile.Write(ref _passed, _passed + 1);
        }
        else
        {
            Volatile.Write(ref _failed, _failed + 1);
        }
    }

    /// <summary>Forgets what was seen, since nothing is any more. What was counted stays.</summary>
    internal void End()
    {
        _last = null;
        _awaitsFirst = false;
    }
}
