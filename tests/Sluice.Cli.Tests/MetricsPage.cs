using System.Globalization;
using System.Net.Sockets;

namespace Sluice.Cli.Tests;

/// <summary>What an instance tells Prometheus over its control socket.</summary>
internal static class MetricsPage
{
    /// <summary>Reads it.</summary>
    internal static async Task<string> ReadAsync(string controlSocket, CancellationToken deadline = default)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(controlSocket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        return await client.GetStringAsync(new Uri("http://sluice/metrics"), deadline);
    }

    /// <summary>The names and labels of all series.</summary>
    internal static IReadOnlyList<string> SeriesOf(string page) =>
        [.. page.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')])];

    /// <summary>The value of a series.</summary>
    /// <param name="page">The page.</param>
    /// <param name="series">Its name, with its labels as they are written.</param>
    internal static double ValueOf(string page, string series)
    {
        string line = page.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
