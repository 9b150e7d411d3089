using Sluice.Proxy.Errors;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Retries;

/// <summary>What reasons are called, and which error is which.</summary>
public static class RetryReasons
{
    private static readonly string[] Names = ["connect_failure", "stale_connection", "refused", "reset", "timeout", "status", "hedge"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RetryReason> All { get; } = Enum.GetValues<RetryReason>();

    /// <summary>The word in metrics.</summary>
    public static string NameOf(RetryReason reason) => Names[(int)reason];

    /// <summary>The condition that an error is; none for what is the client's, or only a limit of the whole exchange.</summary>
    internal static RetryConditions ConditionOf(ProxyErrorCode error) => error switch
    {
        ProxyErrorCode.None => RetryConditions.None,
        ProxyErrorCode.NoServer or ProxyErrorCode.CircuitOpen or ProxyErrorCode.ConcurrencyLimited or ProxyErrorCode.QueueFull or ProxyErrorCode.QueueTimeout => RetryConditions.NoServer,
        ProxyErrorCode.UpstreamRefused => RetryConditions.Refused,
        ProxyErrorCode.UpstreamReset or ProxyErrorCode.UpstreamClosed or ProxyErrorCode.UpstreamStreamReset or ProxyErrorCode.UpstreamHttp2Error => RetryConditions.Reset,
        ProxyErrorCode.FirstByteTimeout or ProxyErrorCode.TryTimeout or ProxyErrorCode.UpstreamSendTimeout => RetryConditions.Timeout,
        _ => ProxyErrors.Get(error).Retry == RetryRule.NothingSent ? RetryConditions.ConnectFailure : RetryConditions.None,
    };

    /// <summary>The reason for a retry after a condition.</summary>
    internal static RetryReason Of(RetryConditions condition) => condition switch
    {
        RetryConditions.ConnectFailure => RetryReason.ConnectFailure,
        RetryConditions.Refused => RetryReason.Refused,
        RetryConditions.Reset => RetryReason.Reset,
        _ => RetryReason.Timeout,
    };
}
