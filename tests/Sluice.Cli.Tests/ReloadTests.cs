using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class ReloadTests : IDisposable
{
    private const string Head = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\noverload: { max_delay: 60s }\n";
    private const string One = Head + "routes: [{ respond: one }]\n";
    private const string Two = Head + "routes: [{ respond: two }]\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task HangUp_GoodFile_IsServed()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", One));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", Two);
        await sluice.SignalAsync("HUP");
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (SIGHUP)");

        Assert.Equal((200, "two"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task HangUp_BadFile_ChangesNothingAndIsSaid()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", One));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", Two + "routs: 1\n");
        await sluice.SignalAsync("HUP");
        string line = await sluice.WaitForErrorLineAsync("sluice: not reloaded (SIGHUP)");

        Assert.EndsWith($"error[SL0203]: unknown option `routs` at {_folder.Path}/a.yaml:6:1 (1 error, 0 warnings)", line, StringComparison.Ordinal);
        Assert.Equal((200, "one"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task ReloadCommand_GoodFile_SaysWhatChanged()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", One));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", Two.Replace("workers: 1", "workers: 2", StringComparison.Ordinal));
        ProcessResult result = await sluice.AskAsync("reload");

        Assert.Equal(
            (0, "reloaded: 1 route changed\n", "sluice: warning: `workers` changed from 1 to 2: restart for it to take effect\n"),
            (result.ExitCode, result.Output, result.Error));
        Assert.Equal((200, "two"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task ReloadCommand_BadFile_SaysWhatCheckSaysAndEndsWith4()
    {
        string file = _folder.Write("a.yaml", One);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", Head + "routes: [{ respnd: two }]\nshutdwn: {}\n");
        ProcessResult checkedFile = await SluiceProcess.RunAsync("check", file);
        ProcessResult result = await sluice.AskAsync("reload");
        ProcessResult json = await sluice.AskAsync("reload", "--json");

        Assert.Equal((4, ""), (result.ExitCode, result.Output));
        Assert.Equal(checkedFile.Error + "sluice: not reloaded; the running configuration is as it was\n", result.Error);
        Assert.Equal((200, "one"), await Web.GetAsync(address));
        Assert.Equal(4, json.ExitCode);
        using JsonDocument report = JsonDocument.Parse(json.Output);
        Assert.Equal(checkedFile.Error, report.RootElement.GetProperty("diagnostics_text").GetString());
        JsonElement first = report.RootElement.GetProperty("diagnostics")[0];
        Assert.Equal(("SL0203", 5, 12), (first.GetProperty("code").GetString(), first.GetProperty("line").GetInt32(), first.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task ReloadCommand_NewAddressInUse_ChangesNothingAndEndsWith4()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", One));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", Two.Replace("127.0.0.1:0", $"[127.0.0.1:0, '{taken.LocalEndpoint}']", StringComparison.Ordinal));
        ProcessResult result = await sluice.AskAsync("reload");

        Assert.Equal(4, result.ExitCode);
        Assert.Contains($"not reloaded; the running configuration is as it was: cannot listen on {taken.LocalEndpoint}", result.Error, StringComparison.Ordinal);
        Assert.Equal((200, "one"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task HangUps_FiftyUnderRequests_LoseNothing()
    {
        string file = _folder.Write("a.yaml", One);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        using var enough = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskUntilAsync(address, enough.Token)))];

        for (int round = 0; round < 50; round++)
        {
            Replace(file, round % 2 == 0 ? Two : One);
            await sluice.SignalAsync("HUP");
        }

        Replace(file, Head + "routes: [{ respond: last }]\n");
        ProcessResult last = await sluice.AskAsync("reload");
        await enough.CancelAsync();
        int[] answered = await Task.WhenAll(clients);

        Assert.Equal(0, last.ExitCode);
        Assert.All(answered, count => Assert.InRange(count, 1, int.MaxValue));
        Assert.Equal((200, "last"), await Web.GetAsync(address));
        using JsonDocument status = JsonDocument.Parse((await sluice.AskAsync("status", "--json")).Output);
        JsonElement reload = status.RootElement.GetProperty("reload");
        Assert.Equal((0, 0), (reload.GetProperty("failures").GetInt32(), status.RootElement.GetProperty("bugs").GetInt32()));
        Assert.InRange(reload.GetProperty("successes").GetInt32(), 2, 51);
    }

    [Fact]
    public async Task Reload_WorkingDirectoryGone_StillFindsTheFile()
    {
        string folder = Directory.CreateDirectory(_folder.Path + "/gone").FullName;
        _folder.Write("a.yaml", One);
        using SluiceProcess sluice = SluiceProcess.StartIn(folder, "run", "-c", "../a.yaml");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        Directory.Delete(folder);
        _folder.Write("a.yaml", Two);
        await sluice.SignalAsync("HUP");
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (SIGHUP)");

        Assert.Equal((200, "two"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task Reload_ProxyWithoutFile_HasNothingToReload()
    {
        using SluiceProcess sluice = SluiceProcess.Start("proxy", "--from", "127.0.0.1:0", "--to", "http://127.0.0.1:9");
        await sluice.WaitForListenerAsync();

        await sluice.SignalAsync("HUP");
        await sluice.WaitForErrorLineAsync("sluice: SIGHUP: nothing to reload");
        ProcessResult result = await sluice.AskAsync("reload");

        Assert.Equal((4, ""), (result.ExitCode, result.Output));
        Assert.Contains("nothing to reload", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Option_ReloadsOnceForEachContent()
    {
        string file = _folder.Write("a.yaml", One);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file, "--watch");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        // Half a file, told once; then touched, which is no other content; then the whole of it.
        Replace(file, Two[..^3]);
        await sluice.WaitForErrorLineAsync("sluice: not reloaded (file change)");
        Assert.Equal((200, "one"), await Web.GetAsync(address));
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(-5));
        Replace(file, Two);
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (file change)");

        Assert.Equal((200, "two"), await Web.GetAsync(address));
        Assert.Single(sluice.ErrorLines, line => line.Contains("not reloaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_LinkSwappedAndIncludedFile_AreBothSeen()
    {
        WriteVersion("..v1", "one", "extra");
        WriteVersion("..v2", "two", "extra");
        File.CreateSymbolicLink(_folder.Path + "/..data", "..v1");
        File.CreateSymbolicLink(_folder.Path + "/a.yaml", "..data/a.yaml");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Path + "/a.yaml");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        File.CreateSymbolicLink(_folder.Path + "/..data_tmp", "..v2");
        using (Process move = Process.Start("mv", ["-T", _folder.Path + "/..data_tmp", _folder.Path + "/..data"]))
        {
            await move.WaitForExitAsync();
        }

        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (file change)");
        Assert.Equal((200, "two"), await Web.GetAsync(address));
        Replace(_folder.Path + "/extra.yaml", "routes: [{ match: /extra, respond: changed }]\n");
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (file change)");
        Assert.Equal((200, "changed"), await Web.GetAsync(address, "/extra"));
    }

    [Fact]
    public async Task Watch_SwitchedByTheFile_BeginsAndEnds()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", One));
        IPEndPoint address = await sluice.WaitForListenerAsync();

        _folder.Write("a.yaml", One + "watch: true\n");
        await sluice.SignalAsync("HUP");
        await sluice.WaitForErrorLineAsync("sluice: reloaded: nothing changed (SIGHUP)");
        Replace(_folder.Path + "/a.yaml", Two + "watch: false\n");
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (file change)");
        Assert.Equal((200, "two"), await Web.GetAsync(address));

        using JsonDocument status = JsonDocument.Parse((await sluice.AskAsync("status", "--json")).Output);
        Assert.False(status.RootElement.GetProperty("is_watching").GetBoolean());
    }

    // A connection per request, so that listeners are met in every state.
    private static async Task<int> AskUntilAsync(IPEndPoint address, CancellationToken stop)
    {
        int count = 0;
        do
        {
            (int status, string body) = await Web.GetAsync(address);
            Assert.Equal(200, status);
            Assert.Contains(body, new[] { "one", "two", "last" });
            count++;
        }
        while (!stop.IsCancellationRequested);

        return count;
    }

    // By a rename, since whoever watches a file or reads it may see it empty while it is written.
    private void Replace(string file, string text)
    {
        _folder.Write("next.yaml", text);
        File.Move(_folder.Path + "/next.yaml", file, overwrite: true);
    }

    private void WriteVersion(string folder, string body, string extra)
    {
        Directory.CreateDirectory($"{_folder.Path}/{folder}");
        File.WriteAllText($"{_folder.Path}/{extra}.yaml", $"routes: [{{ match: /extra, respond: {extra} }}]\n");
        File.WriteAllText($"{_folder.Path}/{folder}/a.yaml", $"{Head}watch: true\ninclude: {_folder.Path}/{extra}.yaml\nroutes: [{{ respond: {body} }}]\n");
    }
}
