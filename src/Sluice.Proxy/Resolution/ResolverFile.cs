using System.Globalization;
using System.Net;

namespace Sluice.Proxy.Resolution;

/// <summary>What <c>/etc/resolv.conf</c> says (resolv.conf(5)), as far as it is heeded. Immutable.</summary>
/// <param name="Servers">The name servers.</param>
/// <param name="Search">What is put behind a name.</param>
/// <param name="DotsMin">A name with fewer dots is first asked for with what is put behind it (<c>ndots</c>).</param>
internal sealed record ResolverFile(IReadOnlyList<IPEndPoint> Servers, IReadOnlyList<string> Search, int DotsMin)
{
    private const string Path = "/etc/resolv.conf";
    private const int Port = 53;

    // As many as the C library takes (MAXNS), and its bound for ndots.
    private const int ServersMax = 3;
    private const int DotsMinMax = 15;

    /// <summary>Reads the file; where it is missing, the name server is this host's, as for the C library.</summary>
    internal static ResolverFile Read()
    {
        try
        {
            return Parse(File.ReadLines(Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Parse([]);
        }
    }

    /// <summary>Reads the lines of such a file.</summary>
    internal static ResolverFile Parse(IEnumerable<string> lines)
    {
        var servers = new List<IPEndPoint>();
        string[] search = [];
        int dotsMin = 1;
        foreach (string line in lines)
        {
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out IPAddress? parsed) && servers.Count < ServersMax)
            {
                servers.Add(new IPEndPoint(parsed, Port));
            }
            else if (words is ["search" or "domain", _, ..])
            {
                // The last one counts.
                search = [.. words[1..].Select(name => name.TrimEnd('.')).Where(name => name.Length > 0)];
            }
            else if (words is ["options", ..])
            {
                dotsMin = words.LastOrDefault(word => word.StartsWith("ndots:", StringComparison.Ordinal)) is { } option
                    && int.TryParse(option.AsSpan("ndots:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int dots)
                    ? Math.Min(dots, DotsMinMax) : dotsMin;
            }
        }

        return new ResolverFile(servers.Count > 0 ? servers : [new IPEndPoint(IPAddress.Loopback, Port)], search, dotsMin);
    }

    /// <summary>The names that one may stand for, in the order in which they are asked for.</summary>
    internal IEnumerable<string> NamesFor(string name)
    {
        IEnumerable<string> longer = Search.Select(suffix => $"{name}.{suffix}");
        return name.Count(character => character == '.') >= DotsMin ? longer.Prepend(name) : longer.Append(name);
    }
}
