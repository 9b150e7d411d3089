namespace Sluice.Proxy.Health.Outliers;

/// <summary>Whether active checks speak for letting a server in before the time of its ejection is over.</summary>
/// <remarks>
/// As many of them in a row have to pass as bring a server up that was down, and each has to have begun after the ejection: one from before it says nothing of what
/// it was ejected for. Checks that were wrong are not believed again: if they let the server in and it is out once more before time has healed that, they don't
/// see what is wrong with it, and it stays out for its time; unless they have seen it fail meanwhile. The loop that checks the server writes, the thread that evaluates
/// reads one volatile reference.
/// </remarks>
internal sealed class CheckTestimony
{
    private Ejection? _ejection;
    private int _passed;
    private bool _hasFailed;
    private volatile Ejection? _spokenFor;

    /// <summary>Adds the result of a check, on the loop that checks.</summary>
    /// <param name="ejection">That the server is out; null while it is in.</param>
    /// <param name="hasPassed">The result.</param>
    /// <param name="beganMs">When the check began, in loop time.</param>
    /// <param name="rise">How many have to pass in a row.</param>
    /// <returns>Whether the checks speak for the server now.</returns>
    public bool Add(Ejection? ejection, bool hasPassed, long beganMs, int rise)
    {
        if (ejection is null || beganMs <= ejection.AtMs)
        {
            return false;
        }

        if (!ReferenceEquals(_ejection, ejection))
        {
            _ejection = ejection;
            _passed = 0;
            _hasFailed = false;
        }

        _passed = hasPassed ? _passed + 1 : 0;
        _hasFailed |= !hasPassed;
        bool speaksFor = _passed >= rise && (ejection.BelievesChecks || _hasFailed);
        _spokenFor = speaksFor ? ejection : null;
        return speaksFor;
    }

    /// <summary>Whether they speak for the end of an ejection; any thread.</summary>
    public bool SpeaksFor(Ejection ejection) => ReferenceEquals(_spokenFor, ejection);
}
