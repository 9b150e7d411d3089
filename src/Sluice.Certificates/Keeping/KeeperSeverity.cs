namespace Sluice.Certificates.Keeping;

/// <summary>How bad a log entry is.</summary>
public enum KeeperSeverity
{
    /// <summary>As it should be.</summary>
    Info,

    /// <summary>Something failed that will be tried again.</summary>
    Warning,

    /// <summary>A certificate has expired, is missing, or can't be obtained without the operator.</summary>
    Error,
}
