namespace Sluice.Http.Http1;

/// <summary>A row of the table of violations.</summary>
/// <param name="Name">For logs and metrics, in snake_case; never changed once released.</param>
/// <param name="Status">What a client is answered before its connection is closed. A server's violation is answered with 502 instead.</param>
/// <param name="Text">For a person, without a full stop.</param>
/// <param name="Source">The section that forbids it, or the reason for refusing what the RFCs leave open.</param>
public readonly record struct ViolationInfo(string Name, int Status, string Text, string Source);
