using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>Sluice with its defaults, apart from limits that would end connections during a run.</summary>
internal sealed class SluiceProxy : IContenderLauncher
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(5);

    /// <summary>The name of the plain one, against which one with more routes is compared.</summary>
    public const string PlainName = "sluice";

    private readonly string _executable;
    private readonly int _routes;

    private SluiceProxy(string executable, int routes = 0)
    {
        _executable = executable;
        _routes = routes;
    }

    public string Name => _routes == 0 ? PlainName : $"{PlainName}+{_routes}";

    /// <summary>The same with so many routes before the one that takes the requests: half of them by host, half by paths that begin alike.</summary>
    public SluiceProxy WithRoutes(int count) => new(_executable, count);

    /// <summary>Takes an existing executable, or publishes the repository's own into the workspace.</summary>
    public static async Task<SluiceProxy> PrepareAsync(string? executable, Workspace workspace, CancellationToken stop)
    {
        if (executable is not null)
        {
            return File.Exists(executable)
                ? new SluiceProxy(Path.GetFullPath(executable))
                : throw new BenchException($"no executable at {executable}");
        }

        Console.WriteLine("publishing sluice ...");
        string output = workspace.PathOf("sluice");
        string project = Path.Combine(Repository.Root, "src/Sluice.Cli");

        // No build servers: they would live on after the bench and take time from what is measured.
        await ChildProcess.RunAsync(
            null, PublishLimit, "dotnet",
            ["publish", project, "-c", "Release", "-o", output, "-nodeReuse:false", "-p:UseSharedCompilation=false", "-v", "quiet"], stop);
        return new SluiceProxy(Path.Combine(output, "sluice"));
    }

    public Contender Start(ContenderSetup setup)
    {
        int port = Workspace.FreePort();
        string file = setup.Workspace.Write($"sluice-{port}.yaml", $$"""
            listen: {{Listen(port, setup)}}
            workers: {{setup.Workers}}
            access_log: off
            # As for the others: no limit in the way of the idle connections, and connections to the origin are kept.
            limits: { max_connections: {{OpenFileLimit.ForChildren / 4 * 3}}, keepalive_timeout: 1h, requests_per_connection: 1000000000 }
            {{(setup.OnDisk ? Disk(setup.Workspace.CreateFolder($"sluice-cache-{port}")) : "")}}
            {{Upstream(setup)}}
            routes:
            """ + "\n" + FillerRoutes.Text(_routes) + Route(setup) + Compression(setup.Encoding));
        return StartWith(file, port, setup.Cpu, setup.Certificate is not null, setup.Http2);
    }

    /// <summary>Starts it with a configuration of the caller's, which may change while it runs.</summary>
    /// <param name="file">Path of the configuration.</param>
    /// <param name="port">The one of its listeners that answers <see cref="Origin.SmallPath"/>.</param>
    /// <param name="cpu">The only core it may use; null for all.</param>
    /// <param name="isTls">Whether that listener speaks TLS.</param>
    /// <param name="isHttp2">Whether clients are to speak HTTP/2 with it.</param>
    public Contender StartWith(string file, int port, int? cpu, bool isTls = false, bool isHttp2 = false)
    {
        string[] command = [.. RaiseLimit(), _executable, "run", "-c", file];
        return new Contender(Name, port, ChildProcess.Start(cpu, command[0], command[1..]), isTls, isHttp2);
    }

    private static string Upstream(ContenderSetup setup) => setup.FilesRoot is not null ? "" : $$"""
        upstreams:
          origin:
            servers: "http://127.0.0.1:{{setup.OriginPort}}"
            connections: { idle_timeout: 1h }{{(setup.UpstreamHttp2 ? "\n    http2: prior_knowledge" : "")}}
        """;

    // Nothing of the sizes of the rows fits into the memory tier: each hit is read from its file.
    private static string Disk(string folder) => $"cache: {{ max_object: 1KiB, disk: {{ path: {folder}, min_free: 0 }} }}";

    private static string Route(ContenderSetup setup) =>
        setup.FilesRoot is { } root ? $"  - files: {root}\n" : $"  - proxy: origin\n{(setup.Cached ? "    cache: { valid: { 200: 1h } }\n" : "")}";

    // As much of the core as it takes: the level must not change under the measurement.
    private static string Compression(ContentEncoding? encoding) => encoding is null
        ? ""
        : $"    compress: {{ encodings: [{encoding.Name}], level: {{ {encoding.Name}: {encoding.Level} }}, max_cpu: 100 }}\n";

    private static string Listen(int port, ContenderSetup setup) => (setup.Certificate, setup.Http2) switch
    {
        (null, false) => $"\"127.0.0.1:{port}\"",
        (null, true) => $"{{ address: \"127.0.0.1:{port}\", http2: prior_knowledge }}",
        ({ } certificate, _) =>
            $"{{ address: \"127.0.0.1:{port}\", tls: {{ certificates: [{{ cert: {certificate.Certificate}, key: {certificate.Key} }}] }} }}",
    };

    /// <summary>
    /// Sluice takes as many clients as its descriptors allow, and leaves the limit as it found it, where the others raise theirs. prlimit
    /// replaces itself by the program.
    /// </summary>
    private static string[] RaiseLimit()
    {
        int wanted = OpenFileLimit.ForChildren;
        return wanted > OpenFileLimit.Hard() ? [ProgramPath.Find("prlimit"), $"--nofile={wanted}:{wanted}"] : [];
    }
}
