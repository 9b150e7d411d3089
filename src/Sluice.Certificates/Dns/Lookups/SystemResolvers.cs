using System.Net;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>The resolvers that the system asks.</summary>
internal static class SystemResolvers
{
    private const string ConfigPath = "/etc/resolv.conf";

    // As many as the C library takes (resolv.conf(5), MAXNS).
    private const int ServersMax = 3;

    /// <summary>Reads them; none where the file is missing.</summary>
    internal static IReadOnlyList<IPEndPoint> Read()
    {
        try
        {
            return ReadFrom(File.ReadLines(ConfigPath));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads them out of the lines of such a file.</summary>
    internal static IReadOnlyList<IPEndPoint> ReadFrom(IEnumerable<string> lines)
    {
        var servers = new List<IPEndPoint>();
        foreach (string line in lines)
        {
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && IPAddress.TryParse(address, out IPAddress? parsed) && servers.Count < ServersMax)
            {
                servers.Add(new IPEndPoint(parsed, DnsServerAddress.DefaultPort));
            }
        }

        return servers;
    }
}
