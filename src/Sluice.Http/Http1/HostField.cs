using Sluice.Http.Headers;
using Sluice.Http.Uris;

namespace Sluice.Http.Http1;

/// <summary>Which host a request is for, where both its target and <c>Host</c> may say so.</summary>
internal static class HostField
{
    /// <summary>
    /// Settles the host (RFC 9112, section 3.2; RFC 9113, section 8.3.1). Where the target names one as well, both have to agree; the RFCs let the target win,
    /// but a server behind us may not.
    /// </summary>
    /// <param name="head">With all fields, and the authority of its target.</param>
    /// <param name="defaultPort">80, or 443 on a connection with TLS.</param>
    /// <param name="isRequired">Whether <c>Host</c> has to be there, whatever the target says.</param>
    internal static Violation Settle(RequestHead head, int defaultPort, bool isRequired)
    {
        int index = head.Fields.IndexOf(KnownField.Host);
        TextRange target = head.TargetAuthorityRange;
        if (index < 0)
        {
            return isRequired ? Violation.MissingHost
                : target.Length == 0 || head.TrySetHost(target, defaultPort) ? Violation.None
                : Violation.InvalidHost;
        }

        ref readonly Field field = ref head.Fields[index];
        if (!head.TrySetHost(new TextRange(field.ValueOffset, field.ValueLength), defaultPort))
        {
            return Violation.InvalidHost;
        }

        return target.Length == 0 ? Violation.None : CompareWithTarget(head, target.In(head.Fields.Buffer), defaultPort);
    }

    private static Violation CompareWithTarget(RequestHead head, ReadOnlySpan<byte> target, int defaultPort)
    {
        Span<byte> scratch = stackalloc byte[AuthorityParser.ScratchBytes];
        if (!AuthorityParser.TryParse(target, defaultPort, scratch, out AuthorityParts parts))
        {
            return Violation.InvalidHost;
        }

        ReadOnlySpan<byte> authority = parts.IsRewritten ? scratch[..parts.AuthorityLength] : target[..parts.AuthorityLength];
        return authority.SequenceEqual(head.Authority) ? Violation.None : Violation.HostMismatch;
    }
}
