using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Sessions;

/// <summary>Finds the server that a client's cookie names. Immutable.</summary>
internal sealed class SessionTable
{
    private readonly StickyCookie _cookie;
    private readonly UpstreamMember[] _members;

    /// <summary>Prepares it.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="upstream">The upstream's name, which is part of what is signed: a cookie of one upstream says nothing in another.</param>
    /// <param name="members">Its servers.</param>
    public SessionTable(SessionPlan plan, string upstream, UpstreamMember[] members)
    {
        _members = members;
        byte[][] names = [.. members.Select(member => Encoding.UTF8.GetBytes($"session {upstream} {member.Server.Name}"))];
        _cookie = new StickyCookie(plan.Cookie, names, plan.Secret);
    }

    /// <summary>The server that a request's cookie names; false when there is no cookie, or one that is none of ours.</summary>
    public bool TryFind(FieldTable fields, [NotNullWhen(true)] out UpstreamMember? member)
    {
        int index = _cookie.Find(fields);
        member = index >= 0 ? _members[index] : null;
        return index >= 0;
    }

    /// <summary>The <c>Set-Cookie</c> line of a server, with its line end.</summary>
    public byte[] SetLine(UpstreamMember member) => _cookie.SetLine(member.Index);
}
