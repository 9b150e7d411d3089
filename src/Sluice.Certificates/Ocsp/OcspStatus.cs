namespace Sluice.Certificates.Ocsp;

/// <summary>How it is with the staple of a certificate.</summary>
/// <param name="Key">What the keeper's owner calls the certificate.</param>
/// <param name="NextUpdate">Until when the staple is valid that is in use; null without one.</param>
/// <param name="RefreshAt">When the responder is asked next.</param>
/// <param name="Problem">Why the last attempt failed; null if it didn't.</param>
public sealed record OcspStatus(string Key, DateTimeOffset? NextUpdate, DateTimeOffset RefreshAt, string? Problem);
