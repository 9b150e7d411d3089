namespace Sluice.Config.Certificates;

/// <summary>What stands between a BEGIN and an END of a PEM file (RFC 7468).</summary>
/// <param name="Label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="Content">What it holds, in DER.</param>
internal readonly record struct PemBlock(string Label, byte[] Content);
