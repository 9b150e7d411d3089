using Sluice.Proxy.Plans;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Files;

/// <summary>The stage of scenarios about files: a folder, and a proxy that answers everything from it.</summary>
public sealed class FileStage : IAsyncDisposable
{
    private readonly ScratchFolder _scratch = new();
    private ProxyFixture? _proxy;

    /// <summary>Creates an empty folder.</summary>
    public FileStage() => Directory.CreateDirectory(Root);

    /// <summary>The folder that is served; what is beside it is not.</summary>
    public string Root => _scratch.At("root");

    /// <summary>The proxy, started by the first use.</summary>
    public ProxyFixture Proxy => _proxy ??= ProxyFixture.Start(Setup with { Routes = [Route(new RoutePlan { Name = "files", Action = Plan(new FilesAction(Root)) })] }, new Transcript());

    /// <summary>What the proxy has beside the route.</summary>
    public ProxySetup Setup { get; set; } = new();

    /// <summary>What the route has beside its action.</summary>
    public Func<RoutePlan, RoutePlan> Route { get; set; } = route => route;

    /// <summary>What the action says.</summary>
    public Func<FilesAction, FilesAction> Plan { get; set; } = plan => plan;

    /// <summary>The path of something in the folder.</summary>
    public string At(string name) => Path.Combine(Root, name);

    /// <summary>The path of something beside the folder.</summary>
    public string Outside(string name) => _scratch.At(name);

    /// <summary>Writes a file into the folder, long ago.</summary>
    public string Write(string name, string text) => Write(name, Bytes.Of(text));

    /// <summary>Writes a file into the folder, long ago.</summary>
    public string Write(string name, byte[] content)
    {
        string path = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        return path;
    }

    /// <summary>Bytes that tell when one is missing.</summary>
    public static byte[] Pattern(int count)
    {
        var content = new byte[count];
        new Random(count).NextBytes(content);
        return content;
    }

    /// <summary>Asks over a fresh connection.</summary>
    public async Task<HttpResponse> GetAsync(string target, params string[] fields) => await AskAsync("GET", target, fields);

    /// <summary>Asks over a fresh connection.</summary>
    public async Task<HttpResponse> AskAsync(string method, string target, params string[] fields)
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        HttpResponse response = await client.ExchangeAsync(Request(method, target, fields));
        client.Close();
        return response;
    }

    /// <summary>A request.</summary>
    public static string Request(string method, string target, params string[] fields) =>
        $"{method} {target} HTTP/1.1\r\nHost: a.test\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        _scratch.Dispose();
    }
}
