namespace Sluice.Certificates.Local;

/// <summary>A local name that is kept.</summary>
/// <param name="Name">The name.</param>
/// <param name="NotAfter">When its certificate ends to be valid; null when none could be issued yet.</param>
/// <param name="RenewAt">When the next one is issued.</param>
/// <param name="Problem">Why the last attempt failed; null if it didn't.</param>
public sealed record LocalCertificateStatus(string Name, DateTimeOffset? NotAfter, DateTimeOffset RenewAt, string? Problem);
