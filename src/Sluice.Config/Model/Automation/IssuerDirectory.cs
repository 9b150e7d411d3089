namespace Sluice.Config.Model.Automation;

/// <summary>An ACME directory.</summary>
/// <param name="Name">The word for a known one, or the host of the URL.</param>
/// <param name="Uri">Where it is.</param>
public sealed record IssuerDirectory(string Name, Uri Uri);
