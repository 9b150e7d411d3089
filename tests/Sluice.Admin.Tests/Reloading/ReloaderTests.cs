using System.Net;
using System.Net.Sockets;
using Sluice.Config;
using Sluice.Proxy;

namespace Sluice.Admin.Reloading;

public sealed class ReloaderTests : IDisposable
{
    private const string Start = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\n";
    private const string Good = Start + "routes: [{ name: a, respond: one }]\n";

    private readonly Tests.TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "nothing changed")]
    [InlineData("name: a, respond: two", "1 route changed")]
    [InlineData("name: b, respond: one", "1 route added, 1 removed")]
    [InlineData("name: a, respond: two }, { name: b, match: /b, respond: b }, { name: c, match: /c, proxy: 'http://127.0.0.1:9'", "1 route changed, 2 added; 1 upstream added")]
    public async Task Reload_GoodFile_SaysWhatChanged(string routes, string summary)
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;
        string text = routes.Length == 0 ? Good : $"{Start}routes: [{{ {routes} }}]\n";
        _folder.Write("a.yaml", text);

        ReloadOutcome outcome = await reloader.ReloadAsync("test");

        Assert.True(outcome.IsSuccess);
        Assert.Equal(summary, outcome.Summary);
        Assert.Equal([$"reloaded: {summary} (test)"], _log);
        Assert.Equal((1, 0, true), (reloader.History.Successes, reloader.History.Failures, reloader.History.IsLastSuccessful));
    }

    [Fact]
    public async Task Reload_BadFile_ChangesNothingAndIsCounted()
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;
        object plan = server.Plan;
        DateTimeOffset loadedAt = reloader.History.LastSuccessAt;
        _folder.Write("a.yaml", Good + "workers: many\nrouts: 1\n");

        ReloadOutcome outcome = await reloader.ReloadAsync("test");

        Assert.False(outcome.IsSuccess);
        Assert.Same(plan, server.Plan);
        Assert.Equal(2, outcome.Diagnostics.Count);
        Assert.Matches("^not reloaded \\(test\\), going on as before: error\\[SL0202\\]: .* at .*a.yaml:5:1 \\(2 errors, 0 warnings\\)$", Assert.Single(_log));
        Assert.Equal((0, 1, false), (reloader.History.Successes, reloader.History.Failures, reloader.History.IsLastSuccessful));
        Assert.Equal(loadedAt, reloader.History.LastSuccessAt);
    }

    [Fact]
    public async Task Reload_AddressInUse_ChangesNothingAndSaysWhy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;
        object plan = server.Plan;
        _folder.Write("a.yaml", Good.Replace("127.0.0.1:0", taken.LocalEndpoint.ToString(), StringComparison.Ordinal));

        ReloadOutcome outcome = await reloader.ReloadAsync("test");

        Assert.Same(plan, server.Plan);
        Assert.StartsWith($"cannot listen on {taken.LocalEndpoint}", outcome.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_OverridesOfTheCommandLine_Hold()
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides { AccessLog = false, Workers = 1 });
        await using SluiceServer _ = server;
        _folder.Write("a.yaml", Good.Replace("access_log: off", "access_log: stdout", StringComparison.Ordinal).Replace("workers: 1", "workers: 3", StringComparison.Ordinal));

        ReloadOutcome outcome = await reloader.ReloadAsync("test");

        Assert.Equal(("nothing changed", false, 0), (outcome.Summary, server.Plan.AccessLog, outcome.RestartHints.Count));
    }

    [Fact]
    public async Task Reload_WorkersOrControlChanged_SaysThatItTakesARestart()
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;
        _folder.Write("a.yaml", Good.Replace("workers: 1", "workers: auto", StringComparison.Ordinal) + "control: off\n");

        ReloadOutcome outcome = await reloader.ReloadAsync("test");

        Assert.Equal(
            ["`workers` changed from 1 to auto: restart for it to take effect", "`control` changed: restart for it to take effect"], outcome.RestartHints);
        Assert.Equal(["reloaded: nothing changed (test)", .. outcome.RestartHints.Select(hint => "warning: " + hint)], _log);
    }

    [Fact]
    public async Task Reload_StoppedServer_FailsWithoutHarm()
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await server.DisposeAsync();

        Assert.Equal("it is stopping", (await reloader.ReloadAsync("test")).Problem);
    }

    [Fact]
    public async Task Reload_NoFile_IsNothingToDo()
    {
        ConfigResult loaded = ConfigLoader.LoadText(Good, "command line");
        await using SluiceServer server = SluiceServer.Start(loaded.Plan!, new SluiceServerOptions { Workers = 1 });
        var reloader = new Reloader(ConfigSource.Fixed("command line"), loaded, server, new LaunchOverrides { Watch = true }, _log.Add, TimeProvider.System);

        ReloadOutcome outcome = await reloader.ReloadAsync("SIGHUP");

        Assert.Equal((false, 0, false), (outcome.IsSuccess, reloader.History.Failures, reloader.IsWatching));
        Assert.Equal(["SIGHUP: nothing to reload: it runs without a configuration file"], _log);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("# a comment\n", false)]
    [InlineData("watch: true\n", true)]
    [InlineData("control: off\n", true)]
    [InlineData("limits: { keepalive_timeout: 5s }\n", true)]
    [InlineData("routs: 1\n", true)]
    public async Task IsStale_FileThatSaysSomethingElse_IsTrue(string addition, bool isStale)
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;

        _folder.Write("a.yaml", Good + addition);

        Assert.Equal(isStale, reloader.IsStale());
    }

    [Fact]
    public async Task Files_OfABadLoad_AreWatchedToo()
    {
        (Reloader reloader, SluiceServer server) = Serve(Good, new LaunchOverrides());
        await using SluiceServer _ = server;
        _folder.Write("more.yaml", "routs: 1\n");
        _folder.Write("a.yaml", Good + "include: more.yaml\n");

        await reloader.ReloadAsync("test");

        Assert.Equal([_folder.PathOf("a.yaml"), _folder.PathOf("more.yaml")], reloader.Files.Order(StringComparer.Ordinal));
    }

    private (Reloader Reloader, SluiceServer Server) Serve(string text, LaunchOverrides overrides)
    {
        ConfigSource source = ConfigSource.File(_folder.Write("a.yaml", text));
        ConfigResult loaded = source.Load();
        SluiceServer server = SluiceServer.Start(overrides.PlanOf(loaded), new SluiceServerOptions { Workers = overrides.WorkersOf(loaded), Log = _ => { } });
        return (new Reloader(source, loaded, server, overrides, _log.Add, TimeProvider.System), server);
    }
}
