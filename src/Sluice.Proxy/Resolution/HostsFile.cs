using System.Net;

namespace Sluice.Proxy.Resolution;

/// <summary>The names in <c>/etc/hosts</c> (hosts(5)), which go before those of name servers. Any thread.</summary>
internal static class HostsFile
{
    private const string Path = "/etc/hosts";

    /// <summary>The addresses of a name, read from the file anew; none for a name that isn't in it.</summary>
    internal static IReadOnlyList<IPAddress> Find(string name)
    {
        IReadOnlyList<IPAddress> found = [];
        try
        {
            found = FindIn(File.ReadLines(Path), name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A container may have none.
        }

        // Never asked of others (RFC 6761, section 6.3).
        return found.Count == 0 && name.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : found;
    }

    /// <summary>The addresses of a name in the lines of such a file.</summary>
    internal static IReadOnlyList<IPAddress> FindIn(IEnumerable<string> lines, string name)
    {
        var found = new List<IPAddress>();
        foreach (string line in lines)
        {
            string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase) && IPAddress.TryParse(words[0], out IPAddress? address) && !found.Contains(address))
            {
                found.Add(address);
            }
        }

        return found;
    }
}
