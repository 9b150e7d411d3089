namespace Sluice.TestKit.Acme;

/// <summary>A challenge that a client said is ready.</summary>
/// <param name="Type">Such as <c>http-01</c>.</param>
/// <param name="Name">What is to be proved; without <c>*.</c>.</param>
/// <param name="Token">The token.</param>
/// <param name="KeyAuthorization">What the answer has to be made of.</param>
public sealed record ScriptedChallenge(string Type, string Name, string Token, string KeyAuthorization);
