namespace Sluice.Http.Caching;

/// <summary>
/// How long responses are fresh whose server doesn't say it, by status: <c>valid: { 200: 10m, 404: 1m }</c>. Immutable once it is built.
/// </summary>
public sealed class StatusLifetimes
{
    private const int StatusMin = 200;
    private const int StatusMax = 599;

    private readonly int[] _seconds = new int[StatusMax - StatusMin + 1];

    /// <summary>None.</summary>
    public StatusLifetimes()
    {
        Array.Fill(_seconds, -1);
    }

    /// <summary>The lifetime for one status; goes before that of its class. For start-up.</summary>
    /// <param name="status">200 to 599.</param>
    /// <param name="seconds">0 or more.</param>
    public void Set(int status, int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, StatusMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, StatusMax);
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        _seconds[status - StatusMin] = seconds;
    }

    /// <summary>
    /// The lifetime for every status that has none yet, but for those that speak of one request only (<see cref="CacheableStatus.IsOfOneRequest"/>): these have to
    /// be set one by one. For start-up.
    /// </summary>
    /// <param name="first">From which status on.</param>
    /// <param name="last">The last of them: 299 for a class, 599 for all.</param>
    /// <param name="seconds">0 or more.</param>
    public void SetOthers(int first, int last, int seconds)
    {
        for (int status = first; status <= last; status++)
        {
            if (Find(status) < 0 && !CacheableStatus.IsOfOneRequest(status))
            {
                Set(status, seconds);
            }
        }
    }

    /// <summary>The lifetime in seconds, or -1 when there is none for a status.</summary>
    public int Find(int status) => status is >= StatusMin and <= StatusMax ? _seconds[status - StatusMin] : -1;
}
