using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Sluice.Cli.Tests;

/// <summary>Every sample does what it says, with ports and paths of this test in place of its own.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestOrigin[] _origins = [.. Enumerable.Range(0, 4).Select(number => TestOrigin.Start($"server {number}"))];

    public void Dispose()
    {
        Array.ForEach(_origins, origin => origin.Dispose());
        _folder.Dispose();
    }

    [Theory]
    [InlineData("one-server.yaml", "/", "test.example", 200, "server 0")]
    [InlineData("balance.yaml", "/", "test.example", 200, "server [123]")]
    [InlineData("hosts-and-paths.yaml", "/api/x", "shop.example.com", 200, "server [23]")]
    [InlineData("hosts-and-paths.yaml", "/other", "www.shop.example.com", 200, "server 1")]
    [InlineData("hosts-and-paths.yaml", "/healthz", "test.example", 200, "ok")]
    [InlineData("hosts-and-paths.yaml", "/", "test.example", 404, "")]
    [InlineData("respond.yaml", "/healthz", "test.example", 204, "")]
    [InlineData("respond.yaml", "/hello", "test.example", 200, "hello")]
    [InlineData("respond.yaml", "/robots.txt", "test.example", 200, "User-agent: \\*\nDisallow: /\n")]
    [InlineData("respond.yaml", "/", "test.example", 503, "<p>Back in two minutes.</p>")]
    [InlineData("limits.yaml", "/", "test.example", 200, "server 0")]
    [InlineData("trusted-proxies.yaml", "/", "test.example", 200, "server 0")]
    public async Task Sample_Run_Answers(string sample, string path, string host, int status, string body)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write(sample, TextOf(sample)), "--workers", "1");

        (int actualStatus, string actualBody) = await Web.GetAsync(await sluice.WaitForListenerAsync(), path, host);

        Assert.Equal(status, actualStatus);
        Assert.Matches($"^{body}$", actualBody);
    }

    [Fact]
    public async Task UnixSocketSample_Run_ForwardsBetweenSockets()
    {
        using TestOrigin origin = TestOrigin.StartUnix(_folder.Path + "/app.sock", "unix server");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", TextOf("unix-socket.yaml")), "--workers", "1");
        await sluice.WaitForListenerAsync();

        Assert.Equal((200, "unix server"), await Web.GetAsync(new UnixDomainSocketEndPoint(_folder.Path + "/sluice-sample.sock")));
    }

    [Fact]
    public void Samples_All_AreRunHere()
    {
        string source = File.ReadAllText(PathOfThisFile());

        Assert.All(Directory.GetFiles(Folder()), path => Assert.Contains($"\"{Path.GetFileName(path)}\"", source, StringComparison.Ordinal));
    }

    private static string PathOfThisFile([CallerFilePath] string path = "") => path;

    private static string Folder() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(PathOfThisFile())!, "..", "..", "samples"));

    private string TextOf(string sample)
    {
        string text = File.ReadAllText(Path.Combine(Folder(), sample))
            .Replace("\":8080\"", "\"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", "127.0.0.1:0", StringComparison.Ordinal)
            .Replace("unix:/tmp/", $"unix:{_folder.Path}/", StringComparison.Ordinal);
        for (int number = 0; number < _origins.Length; number++)
        {
            text = text.Replace($"127.0.0.1:300{number}", $"127.0.0.1:{_origins[number].Port}", StringComparison.Ordinal);
        }

        return text;
    }
}
