namespace Sluice.Proxy.Retries;

/// <summary>What came of sending a request to a second server.</summary>
public enum HedgeOutcome
{
    /// <summary>It was not sent to one.</summary>
    None,

    /// <summary>The first server's answer was passed on, or none.</summary>
    Lost,

    /// <summary>The second server's answer was passed on.</summary>
    Won,
}
