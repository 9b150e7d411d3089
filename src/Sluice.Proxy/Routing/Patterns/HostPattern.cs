using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Routing.Patterns;

/// <summary>A host as routes and conditions write it, ready to be compared with canonical hosts.</summary>
internal sealed class HostPattern
{
    private readonly HostMatchKind _kind;
    private readonly byte[] _text;
    private readonly TextPattern? _regex;

    internal HostPattern(HostMatch plan)
    {
        _kind = plan.Kind;
        _text = Encoding.UTF8.GetBytes(plan.Text);
        _regex = plan.Kind == HostMatchKind.Regex ? new TextPattern(plan.Text, ignoreCase: true) : null;
    }

    internal static bool AnyMatches(HostPattern[] patterns, ReadOnlySpan<byte> host)
    {
        foreach (HostPattern pattern in patterns)
        {
            if (pattern.Matches(host))
            {
                return true;
            }
        }

        return false;
    }

    internal bool Matches(ReadOnlySpan<byte> host) => _kind switch
    {
        HostMatchKind.Exact => host.SequenceEqual(_text),
        HostMatchKind.Wildcard => IsBelow(host),
        _ => _regex!.IsMatch(host),
    };

    // At least one label more, separated by a dot.
    private bool IsBelow(ReadOnlySpan<byte> host)
    {
        int rest = host.Length - _text.Length - 1;
        return rest > 0 && host[rest] == (byte)'.' && host.EndsWith(_text);
    }
}
