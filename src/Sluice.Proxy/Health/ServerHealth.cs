using Sluice.Reactor;

namespace Sluice.Proxy.Health;

/// <summary>Whether a server gets requests: what the operator, active checks and its own answers say of it, put together. It outlives reloads as its server does.</summary>
/// <remarks>
/// <code>
///   operator:  Ready ── Drain ── Maintenance          checks:  None / Up ◀──▶ Down          answers:  ─ ◀──▶ ejected
///
///   Unavailable = Maintenance or Down or ejected;     Draining = Drain and none of these;   Ready = the rest
/// </code>
/// Any thread may say something of it; they take turns by a lock, which no request ever takes: what is asked for each request is one volatile value.
/// </remarks>
public sealed class ServerHealth
{
    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly UpstreamHealth _upstream;
    private volatile HealthChange _last = new(Availability.Ready, "new", DateTimeOffset.UtcNow);
    private volatile Availability _availability;
    private AdministrativeState _administrative;
    private CheckVerdict _checks;
    private string? _ejectedFor;
    private long _readySinceMs;

    /// <summary>Creates the health of a server that takes requests until something else is known.</summary>
    /// <param name="name">The server's name, for messages.</param>
    /// <param name="upstream">Its upstream's.</param>
    internal ServerHealth(string name, UpstreamHealth upstream)
    {
        _name = name;
        _upstream = upstream;
    }

    /// <summary>Whether it may get requests now.</summary>
    public Availability Availability => _availability;

    /// <summary>What the operator wants.</summary>
    public AdministrativeState Administrative
    {
        get
        {
            lock (_lock)
            {
                return _administrative;
            }
        }
    }

    /// <summary>What active checks say.</summary>
    public CheckVerdict Checks
    {
        get
        {
            lock (_lock)
            {
                return _checks;
            }
        }
    }

    /// <summary>Whether it was ejected because of its answers.</summary>
    public bool IsEjected
    {
        get
        {
            lock (_lock)
            {
                return _ejectedFor is not null;
            }
        }
    }

    /// <summary>The last change and its reason.</summary>
    public HealthChange Last => _last;

    /// <summary>Since when it takes requests again, or for the first time after the start, in loop time; 0 when it did from the start.</summary>
    internal long ReadySinceMs => Volatile.Read(ref _readySinceMs);

    /// <summary>Sets what the operator wants.</summary>
    /// <param name="state">What.</param>
    /// <param name="reason">Why, in words.</param>
    public void Set(AdministrativeState state, string reason)
    {
        lock (_lock)
        {
            _administrative = state;
            Decide(reason);
        }
    }

    /// <summary>Sets what active checks say: after as many results in a row as were asked for, not after each.</summary>
    /// <param name="verdict">What.</param>
    /// <param name="reason">What the last check saw.</param>
    public void Set(CheckVerdict verdict, string reason)
    {
        lock (_lock)
        {
            _checks = verdict;
            Decide(reason);
        }
    }

    /// <summary>Takes it out because of its answers to requests.</summary>
    /// <returns>False when it was already.</returns>
    public bool Eject(string reason)
    {
        lock (_lock)
        {
            if (_ejectedFor is not null)
            {
                return false;
            }

            _ejectedFor = reason;
            Decide(reason);
            return true;
        }
    }

    /// <summary>Lets it back in after it was ejected.</summary>
    public void Readmit(string reason)
    {
        lock (_lock)
        {
            if (_ejectedFor is not null)
            {
                _ejectedFor = null;
                Decide(reason);
            }
        }
    }

    /// <summary>Has it begin with few requests, as a server that came with a reload.</summary>
    internal void BeginSlowly() => Volatile.Write(ref _readySinceMs, LoopClock.NowMs);

    /// <summary>Begins as one that checks have not found to be up. Only before anybody else knows the server, so that nobody has to be told.</summary>
    internal void BeginDown(string reason)
    {
        lock (_lock)
        {
            _checks = CheckVerdict.Down;
            _availability = Availability.Unavailable;
            _last = new HealthChange(Availability.Unavailable, reason, DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Takes over what the operator wants of a server whose place this one takes.</summary>
    internal void TakeOver(ServerHealth previous)
    {
        AdministrativeState state = previous.Administrative;
        if (state != AdministrativeState.Ready)
        {
            Set(state, previous.Last.Reason);
        }
    }

    private void Decide(string reason)
    {
        Availability before = _availability;
        Availability after = _administrative == AdministrativeState.Maintenance || _checks == CheckVerdict.Down || _ejectedFor is not null
            ? Availability.Unavailable
            : _administrative == AdministrativeState.Drain ? Availability.Draining : Availability.Ready;
        if (after == before)
        {
            return;
        }

        if (after == Availability.Ready)
        {
            Volatile.Write(ref _readySinceMs, LoopClock.NowMs);
        }

        _last = new HealthChange(after, reason, DateTimeOffset.UtcNow);
        _availability = after;
        _upstream.OnChanged();
        string word = after switch
        {
            Availability.Ready => "takes requests again",
            Availability.Draining => "takes only requests of its sessions",
            _ => "takes no requests",
        };
        _upstream.Report($"server {_name} {word}: {reason}");
    }
}
