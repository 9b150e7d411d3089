namespace Sluice.Proxy.Health.Outliers;

/// <summary>What took a server out.</summary>
public enum OutlierCause
{
    /// <summary>So many errors in a row.</summary>
    ConsecutiveErrors,

    /// <summary>The share of errors among its requests.</summary>
    ErrorRatio,

    /// <summary>A share of good answers far below that of its siblings.</summary>
    SuccessRate,

    /// <summary>Responses that take much longer than its siblings'.</summary>
    Latency,
}
