using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sluice.Cli.Tests;

public sealed class ControlTests : IDisposable
{
    private const string Hello = "listen: 127.0.0.1:0\nworkers: 1\naccess_log: off\noverload: { max_delay: 60s }\nroutes: [{ respond: hello }]\n";

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Socket_OfAnInstance_IsForItsUserAloneAndGoesWithIt()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();
        Assert.Contains(sluice.ErrorLines, line => line.EndsWith("control    unix:" + sluice.ControlSocket, StringComparison.Ordinal));

        Assert.Equal("600 socket", await OutputOfAsync("stat", "-c", "%a %F", sluice.ControlSocket));
        Assert.Equal("0", await OutputOfAsync("sh", "-c", $"curl -s -o /dev/null --unix-socket {sluice.ControlSocket} http://x/v1/status; echo $?"));
        if (Environment.IsPrivilegedProcess)
        {
            // 7: couldn't connect.
            string asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups curl -s -o /dev/null";
            Assert.Equal("7", await OutputOfAsync("sh", "-c", $"{asNobody} --unix-socket {sluice.ControlSocket} http://x/v1/status; echo $?"));
        }

        await sluice.SignalAsync("TERM");
        Assert.Equal(0, (await sluice.WaitForExitAsync()).ExitCode);
        Assert.False(File.Exists(sluice.ControlSocket));
    }

    [Fact]
    public async Task Status_OfAnInstance_IsShown()
    {
        string file = _folder.Write("a.yaml", Hello + "upstreams: { api: [http://127.0.0.1:9] }\nwatch: true\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();

        ProcessResult before = await sluice.AskAsync("status");
        await sluice.AskAsync("reload");
        ProcessResult after = await sluice.AskAsync("status");

        Assert.Equal((0, ""), (before.ExitCode, before.Error));
        Assert.Equal(
            $"""
            sluice V, pid {sluice.Id}, running for T
              config       {file} (watched)
              listening    http://{address}
              serving      1 route, 0 upstreams with 0 servers
              workers      1
              connections  0
              last reload  none

            """,
            Mask(before.Output));
        Assert.EndsWith("  last reload  T (control socket): nothing changed\n", Mask(after.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AfterAFailedReload_SaysSoAndWhatIsServed()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();
        _folder.Write("a.yaml", "");

        await sluice.AskAsync("reload");
        ProcessResult result = await sluice.AskAsync("status");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("  last reload  T \\(control socket\\): FAILED, error\\[SL0114\\]: .*\n               serving what was loaded T\n$", Mask(result.Output));
    }

    [Fact]
    public async Task Routes_OfAnInstance_AreShownWithTheirRequests()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", """
            listen: 127.0.0.1:0
            workers: 1
            access_log: off
            overload: { max_delay: 60s }
            routes:
              - { name: api, match: { host: [a.example, "*.b.example"], path: /api/* }, proxy: http://127.0.0.1:9 }
              - { name: rest, respond: 204 }
            """));
        IPEndPoint address = await sluice.WaitForListenerAsync();
        for (int request = 0; request < 12; request++)
        {
            await Web.GetAsync(address);
        }

        ProcessResult table = await sluice.AskAsync("routes");
        ProcessResult json = await sluice.AskAsync("routes", "--json");

        Assert.Equal((0, ""), (table.ExitCode, table.Error));
        Assert.Equal(
            """
            NAME  MATCH                         ACTION                    REQUESTS
            api   a.example,*.b.example /api/*  proxy http://127.0.0.1:9         0
            rest  *                             respond 204                     12

            """,
            table.Output);
        using JsonDocument routes = JsonDocument.Parse(json.Output);
        Assert.Equal(12, routes.RootElement[1].GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Upstreams_OfAnInstance_AreShownWithWhatTheyDo()
    {
        using TestOrigin silent = TestOrigin.StartSilent();
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", $$"""
            listen: 127.0.0.1:0
            workers: 1
            access_log: off
            overload: { max_delay: 60s }
            routes: [{ proxy: api }]
            upstreams:
              api:
                servers: [{ url: "http://localhost:{{silent.Port}}", weight: 20 }]
            """));
        using Socket client = await Web.SendAsync(await sluice.WaitForListenerAsync());

        string table = "";
        await silent.FirstRequestAsync();
        var clock = Stopwatch.StartNew();
        while (!table.Contains("  1  ", StringComparison.Ordinal) && clock.Elapsed < TimeMax)
        {
            table = (await sluice.AskAsync("upstreams")).Output;
        }

        Assert.Equal(
            """
            UPSTREAM  SERVER                  WEIGHT  STATE  ACTIVE  CONNECTIONS  RESOLVED         REASON
            api       http://localhost:PPPPP      20  ready       1            1  127.0.0.1:PPPPP  new

            """,
            table.Replace(silent.Port.ToString(CultureInfo.InvariantCulture), "PPPPP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstreams_ServerIsTakenOut_GetsNoRequestsEvenAfterAReload()
    {
        using TestOrigin one = TestOrigin.Start("one");
        using TestOrigin two = TestOrigin.Start("two");
        string file = _folder.Write("a.yaml", $$"""
            listen: 127.0.0.1:0
            workers: 1
            access_log: off
            overload: { max_delay: 60s }
            routes: [{ proxy: api }]
            upstreams: { api: ["http://127.0.0.1:{{one.Port}}", "http://127.0.0.1:{{two.Port}}"] }
            """);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        EndPoint server = await sluice.WaitForListenerAsync();

        ProcessResult taken = await sluice.AskAsync("upstreams", "--set", "maintenance", "--server", $"http://127.0.0.1:{one.Port}");
        Assert.Equal(0, taken.ExitCode);
        Assert.Contains("unavailable", taken.Output, StringComparison.Ordinal);
        Assert.Contains("set to `maintenance` by the operator", taken.Output, StringComparison.Ordinal);
        await File.AppendAllTextAsync(file, "\nlimits: { request_header_timeout: 14s }\n");
        Assert.Equal(0, (await sluice.AskAsync("reload")).ExitCode);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal("two", (await Web.GetAsync(server)).Body);
        }

        Assert.Equal(0, (await sluice.AskAsync("upstreams", "--set", "ready", "--server", $"http://127.0.0.1:{one.Port}", "--upstream", "api")).ExitCode);
        string[] answers = [(await Web.GetAsync(server)).Body, (await Web.GetAsync(server)).Body];
        Assert.Equal(["one", "two"], answers.Order());
    }

    [Fact]
    public async Task Upstreams_ServerThatIsNone_IsRejectedWithAHint()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();

        (int exitCode, string error) = await ExitAndErrorAsync(sluice, "upstreams", "--set", "drain", "--server", "http://127.0.0.1:1");

        Assert.Equal((4, "sluice: no upstream has a server http://127.0.0.1:1; `sluice upstreams` shows them\n"), (exitCode, error));
        Assert.Equal(2, (await sluice.AskAsync("upstreams", "--set", "drain")).ExitCode);
        Assert.Equal(2, (await sluice.AskAsync("upstreams", "--set", "off", "--server", "http://127.0.0.1:1")).ExitCode);
    }

    private static async Task<(int ExitCode, string Error)> ExitAndErrorAsync(SluiceProcess sluice, params string[] arguments)
    {
        ProcessResult result = await sluice.AskAsync(arguments);
        return (result.ExitCode, result.Error);
    }

    [Fact]
    public async Task Socket_ThatIsRemoved_IsMadeAnew()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();
        Assert.Equal(0, (await sluice.AskAsync("status")).ExitCode);
        File.Delete(sluice.ControlSocket);

        // Its name is there a moment before it takes connections.
        var clock = Stopwatch.StartNew();
        while ((await sluice.AskAsync("status")).ExitCode != 0 && clock.Elapsed < TimeMax)
        {
        }

        Assert.Equal((0, ""), await ExitAndErrorAsync(sluice, "status"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(sluice.ControlSocket));
    }

    [Fact]
    public async Task Status_BesideManyConnectionsThatSayNothing_IsAnswered()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();
        var silent = new List<System.Net.Sockets.Socket>();
        for (int i = 0; i < 100; i++)
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            silent.Add(socket);
            await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(sluice.ControlSocket));
        }

        Assert.Equal((0, ""), await ExitAndErrorAsync(sluice, "status"));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Metrics_OfAnInstance_AreDescribedAndCount()
    {
        string file = _folder.Write("a.yaml", Hello.Replace("respond: hello", "name: hello, respond: hello }, { name: copied, match: /m, proxy: api, mirror: api2", StringComparison.Ordinal)
            + "upstreams: { api: [http://127.0.0.1:9], api2: [http://127.0.0.1:10] }\n");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        await Web.GetAsync(address);
        _folder.Write("a.yaml", "");
        await sluice.AskAsync("reload");

        string text = await OutputOfAsync("curl", "-s", "--unix-socket", sluice.ControlSocket, "http://x/metrics");

        var described = new HashSet<string>();
        foreach (string line in text.TrimEnd().Split('\n'))
        {
            if (Regex.Match(line, "^# (HELP|TYPE) ([a-z0-9_]+) .+$") is { Success: true } comment)
            {
                described.Add(comment.Groups[2].Value);
                continue;
            }

            Match value = Regex.Match(line, "^([a-z0-9_]+)(\\{([a-z]+=\"[^\"]*\",?)+\\})? [0-9.]+$");
            Assert.True(value.Success, line);
            Assert.Contains(value.Groups[1].Value, described);
        }

        Assert.Contains("sluice_config_last_reload_successful 0\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_config_reloads_total{result=\"failure\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_route_requests_total{route=\"hello\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_mirror_requests_total{route=\"copied\",result=\"dropped\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_retry_budget_exhausted_total{upstream=\"", text, StringComparison.Ordinal);
        Assert.Contains("sluice_failovers_total{upstream=\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sluice_mirror_requests_total{route=\"hello\"", text, StringComparison.Ordinal);
        Assert.Contains("sluice_overload_pressure{resource=\"connections\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_overload_step 0\n", text, StringComparison.Ordinal);
        Assert.Contains("sluice_overload_shed_total{class=\"low\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_OfAnInstance_IsThatWhichIsServedWithoutItsSecrets()
    {
        string secret = _folder.Write("secret", "hidden-token");
        string text = $"{Hello}shutdown: {{ grace: 3s }}\ntrusted_proxies: 10.0.0.1\n"
            .Replace("respond: hello", $"respond: {{ headers: {{ X-Token: \"${{file:{secret}}}\" }} }}", StringComparison.Ordinal)
            .Replace("}]\n", $"}}, {{ match: \"/hook/${{file:{secret}}}\", respond: ok }}]\n", StringComparison.Ordinal);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", text));
        IPEndPoint address = await sluice.WaitForListenerAsync();
        _folder.Write("a.yaml", "not what is served");

        string answer = await OutputOfAsync("curl", "-s", "--unix-socket", sluice.ControlSocket, "http://x/v1/config");
        string plan = await OutputOfAsync("curl", "-s", "--unix-socket", sluice.ControlSocket, "http://x/v1/plan");

        string routes = await OutputOfAsync("curl", "-s", "--unix-socket", sluice.ControlSocket, "http://x/v1/routes");
        string metrics = await OutputOfAsync("curl", "-s", "--unix-socket", sluice.ControlSocket, "http://x/metrics");

        using JsonDocument config = JsonDocument.Parse(answer);
        Assert.Equal("3s", config.RootElement.GetProperty("shutdown").GetProperty("grace").GetString());
        Assert.Contains("${file:", answer, StringComparison.Ordinal);
        Assert.Contains("/hook/${file:", routes, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-token", answer + plan + routes + metrics, StringComparison.Ordinal);
        Assert.Equal(200, (await Web.GetAsync(address)).Status);
    }

    [Theory]
    [InlineData("GET", "/v1/plan?key=0123456789abcdef", 400)]
    [InlineData("GET", "/v1/plan?key=0123456789abcdef0123456789abcdexy", 400)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("POST", "/v1/status", 405)]
    [InlineData("GET", "/v1/reload", 405)]
    public async Task Api_WhatItDoesNotHave_IsAProblemInJson(string method, string path, int status)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello));
        await sluice.WaitForListenerAsync();

        string answer = await OutputOfAsync(
            "curl", "-s", "-X", method, "-w", "\n%{http_code} %{content_type}", "--unix-socket", sluice.ControlSocket, "http://x" + path);

        Assert.EndsWith($"\n{status} application/problem+json", answer, StringComparison.Ordinal);
        using JsonDocument problem = JsonDocument.Parse(answer[..answer.LastIndexOf('\n')]);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Socket_LeftByAKilledInstance_IsTakenOver()
    {
        string socket = _folder.Path + "/c.sock";
        string file = _folder.Write("a.yaml", Hello);
        using SluiceProcess first = SluiceProcess.StartWith(socket, "run", "-c", file);
        await first.WaitForListenerAsync();
        await first.KillAsync();
        Assert.Equal(5, (await SluiceProcess.RunAsync("status", "--socket", socket)).ExitCode);

        using SluiceProcess second = SluiceProcess.StartWith(socket, "run", "-c", file);
        await second.WaitForListenerAsync();

        Assert.Equal(0, (await SluiceProcess.RunAsync("status", "--socket", socket)).ExitCode);
    }

    [Fact]
    public async Task Socket_OfALiveInstance_IsRefusedInOneLine()
    {
        string file = _folder.Write("a.yaml", Hello);
        using SluiceProcess first = SluiceProcess.Start("run", "-c", file);
        await first.WaitForListenerAsync();

        using SluiceProcess second = SluiceProcess.StartWith(first.ControlSocket, "run", "-c", file);
        ProcessResult result = await second.WaitForExitAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"sluice: another instance has the control socket {first.ControlSocket}; give each its own with `control: {{ socket: PATH }}` or SLUICE_SOCKET\n",
            result.Error);
        Assert.Equal(0, (await first.AskAsync("status")).ExitCode);
    }

    [Fact]
    public async Task Socket_SwitchedOff_IsNotThere()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", Hello + "control: off\n"));
        await sluice.WaitForListenerAsync();

        Assert.Contains("  control    off", sluice.ErrorLines);
        Assert.False(File.Exists(sluice.ControlSocket));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("reload")]
    [InlineData("routes")]
    [InlineData("upstreams")]
    [InlineData("cache")]
    public async Task Command_NothingRuns_SaysWhereItLookedAndEndsWith5(string command)
    {
        ProcessResult result = await SluiceProcess.RunAsync(command, "--socket", _folder.Path + "/no.sock");

        Assert.Equal((5, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            $"sluice: no running instance: tried {_folder.Path}/no.sock (no such file); name its socket with --socket PATH or SLUICE_SOCKET\n", result.Error);
    }

    private static string Mask(string text) => Regex.Replace(
        Regex.Replace(text, "sluice [0-9.]+, pid ([0-9]+), running for .*", "sluice V, pid $1, running for T"),
        "[0-9]{4}-[0-9-]{5} [0-9:]{8}Z",
        "T");

    private static async Task<string> OutputOfAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeMax);
        await process.WaitForExitAsync();
        return output.TrimEnd('\n') + (program == "curl" && arguments.Contains("http://x/metrics") ? "\n" : "");
    }
}
