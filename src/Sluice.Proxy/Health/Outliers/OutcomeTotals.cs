namespace Sluice.Proxy.Health.Outliers;

/// <summary>What became of requests to a server: since it is known, or between two moments.</summary>
/// <param name="Requests">Attempts that say something of the server.</param>
/// <param name="Errors">Those that failed, or got a response that counts as an error.</param>
/// <param name="Timed">Good ones whose time was measured.</param>
/// <param name="Microseconds">How long those took to the head of the response, all together.</param>
internal readonly record struct OutcomeTotals(long Requests, long Errors, long Timed, long Microseconds)
{
    /// <summary>The share of errors, 0 to 1; 0 without requests.</summary>
    public double ErrorShare => Requests == 0 ? 0 : (double)Errors / Requests;

    /// <summary>How long a good response took on average, in milliseconds.</summary>
    public double MeanMs => Timed == 0 ? 0 : Microseconds / 1000d / Timed;

    /// <summary>What came between two moments. A worker may have been counting just then, so it is never below zero.</summary>
    public static OutcomeTotals operator -(OutcomeTotals now, OutcomeTotals before) => new(
        Math.Max(now.Requests - before.Requests, 0),
        Math.Max(now.Errors - before.Errors, 0),
        Math.Max(now.Timed - before.Timed, 0),
        Math.Max(now.Microseconds - before.Microseconds, 0));
}
