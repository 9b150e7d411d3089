namespace Sluice.Admin.Api;

/// <summary>A member that differs between two configurations.</summary>
/// <param name="Member">Its path, such as <c>limits.request_head_timeout</c>.</param>
/// <param name="Old">What it was; null when it was not there, or is not shown since it may be a secret.</param>
/// <param name="New">What it is; null when it is not there, or is not shown since it may be a secret.</param>
public sealed record MemberDifference(string Member, string? Old, string? New);
