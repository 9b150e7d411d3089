using System.Text;
using System.Text.RegularExpressions;
using Sluice.Http.Http1;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing;

/// <summary>What the groups of the regular expression took that a request's path matched. Only asking for one costs anything: it is matched again, and allocates.</summary>
/// <remarks>Valid while the request's head is. One loop, one owner: the exchange.</remarks>
public sealed class PathGroups
{
    private readonly RequestHead _request;
    private Match? _match;

    internal PathGroups(RequestHead request) => _request = request;

    /// <summary>The regular expression that the path matched; null when there was none.</summary>
    internal TextPattern? Pattern { get; private set; }

    /// <summary>Gets what a group took, a slice of <see cref="RequestHead.Path"/>.</summary>
    /// <param name="name">The name of the group, or its number; <c>0</c> is the whole path.</param>
    /// <param name="value">May be empty.</param>
    /// <returns>False when the path was not matched by a regular expression, it has no such group, or the group took no part.</returns>
    public bool TryGet(string name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (Pattern is null)
        {
            return false;
        }

        // Canonical paths are ASCII, so that characters are bytes.
        _match ??= Pattern.Match(Encoding.ASCII.GetString(_request.Path));
        Group group = _match.Groups[name];
        if (!group.Success)
        {
            return false;
        }

        value = _request.Path.Slice(group.Index, group.Length);
        return true;
    }

    /// <summary>Takes what the path matched, null for no regular expression.</summary>
    internal void Set(TextPattern? pattern)
    {
        Pattern = pattern;
        _match = null;
    }
}
