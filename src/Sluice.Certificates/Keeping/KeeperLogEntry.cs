namespace Sluice.Certificates.Keeping;

/// <summary>One thing that a keeper did or met.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Event">What it is, for counting.</param>
/// <param name="Name">The name of the certificate; empty when it is about none.</param>
/// <param name="Issuer">The issuer's name in the plan; empty when it is about none.</param>
/// <param name="Message">For operators; never has a secret.</param>
public sealed record KeeperLogEntry(KeeperSeverity Severity, KeeperEvent Event, string Name, string Issuer, string Message);
