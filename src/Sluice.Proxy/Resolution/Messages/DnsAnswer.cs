namespace Sluice.Proxy.Resolution.Messages;

/// <summary>An answer to a question. Immutable.</summary>
/// <param name="Code">How it was answered.</param>
/// <param name="IsTruncated">TC: whether it was cut off, so that it has to be asked for again over TCP.</param>
/// <param name="Records">The records of its answer section that are known; none when it was cut off.</param>
internal sealed record DnsAnswer(AnswerCode Code, bool IsTruncated, IReadOnlyList<DnsRecord> Records);
