namespace Sluice.Certificates.Acme;

/// <summary>One way to prove control (RFC 8555, section 8).</summary>
/// <param name="Type">Such as <c>http-01</c>.</param>
/// <param name="Uri">Where to say that it is ready.</param>
/// <param name="Token">What is to be answered with; base64url (section 8.1).</param>
internal sealed record AcmeChallenge(string Type, Uri Uri, string Token);
