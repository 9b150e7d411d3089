namespace Sluice.Proxy.Plans;

/// <summary>After which ends of an attempt a request goes on elsewhere.</summary>
/// <param name="Conditions">Ends without a response.</param>
/// <param name="Statuses">Responses that are not passed on.</param>
public sealed record RetryTriggers(RetryConditions Conditions, PlanList<StatusSpan> Statuses)
{
    /// <summary>What can do no harm whatever the request is: where nothing was sent, or the server says that it did nothing.</summary>
    public static RetryTriggers Harmless { get; } = new(RetryConditions.ConnectFailure | RetryConditions.Refused, []);

    /// <summary>What failover is for by itself: the upstream can't be reached.</summary>
    public static RetryTriggers Unreachable { get; } = new(RetryConditions.NoServer | RetryConditions.ConnectFailure, []);

    /// <summary>Whether such an end is one of them.</summary>
    public bool Has(RetryConditions condition) => (Conditions & condition) != 0;

    /// <summary>Whether a response with a status is one of them.</summary>
    public bool HasStatus(int status)
    {
        foreach (StatusSpan span in Statuses.Span)
        {
            if (status >= span.From && status <= span.To)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Conditions}{string.Concat(Statuses.Select(span => $", {span}"))}";
}
