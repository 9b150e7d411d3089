using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Cli.Tests;

/// <summary>Requests to the program under test, each on a connection of its own.</summary>
internal static class Web
{
    private static readonly TimeSpan ServedWithin = TimeSpan.FromSeconds(60);

    /// <summary>Sends a GET request.</summary>
    internal static async Task<(int Status, string Body)> GetAsync(EndPoint server, string path = "/", string host = "test.example")
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => ConnectAsync(server), UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{host}{path}"));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// The same to a program whose configuration is not the test's own: one that a busy machine keeps from its work for seconds turns requests away, and
    /// takes them again.
    /// </summary>
    internal static async Task<(int Status, string Body)> GetServedAsync(EndPoint server, string path = "/")
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                (int status, string body) = await GetAsync(server, path);
                if (status != (int)HttpStatusCode.ServiceUnavailable || clock.Elapsed > ServedWithin)
                {
                    return (status, body);
                }
            }
            catch (HttpRequestException) when (clock.Elapsed < ServedWithin)
            {
                // Refused before it was read.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Sends a request with at most one header, written as a line.</summary>
    internal static async Task<(int Status, string Body)> SendAsync(EndPoint server, string method, string path, string header)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => ConnectAsync(server), UseProxy = false, UseCookies = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://test.example{path}"));
        if (header.Length > 0)
        {
            string[] parts = header.Split(": ", 2);
            Assert.True(request.Headers.TryAddWithoutValidation(parts[0], parts[1]));
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a GET request with a cookie, if any; returns the cookie that is set, or null, and the content.</summary>
    internal static async Task<(string? Cookie, string Body)> GetCookieAsync(EndPoint server, string? cookie = null)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = (_, _) => ConnectAsync(server), UseProxy = false, UseCookies = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://test.example/"));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        string? set = response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values) ? values.Single() : null;
        return (set, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a request whose answer isn't waited for, and keeps the connection.</summary>
    internal static async Task<Socket> SendAsync(EndPoint server)
    {
        Socket socket = await ConnectSocketAsync(server);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nhost: test.example\r\n\r\n"));
        return socket;
    }

    /// <summary>Sends a request as it is and reads everything up to the end of the connection.</summary>
    internal static async Task<string> ExchangeAsync(EndPoint server, string request)
    {
        await using Stream stream = await ConnectAsync(server);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    private static async ValueTask<Stream> ConnectAsync(EndPoint server) => new NetworkStream(await ConnectSocketAsync(server), ownsSocket: true);

    private static async Task<Socket> ConnectSocketAsync(EndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(server);
        return socket;
    }
}
