using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("", "Required command was not provided")]
    [InlineData("rum", "unknown command `rum`; did you mean `run`?")]
    [InlineData("run --wrokers 2", "unknown option `--wrokers`; did you mean `--workers`?")]
    [InlineData("run extra", "unknown argument `extra`")]
    [InlineData("run --workers 0", "--workers is a number from 1 to 1024, or auto; not `0`")]
    [InlineData("run --workers many", "--workers is a number from 1 to 1024, or auto; not `many`")]
    [InlineData("run --access-log file", "--access-log is stdout or off; not `file`")]
    [InlineData("run -c", "Required argument missing for option: '-c'")]
    [InlineData("check a -c b", "the configuration is named twice")]
    [InlineData("-c a", "Required command was not provided: sluice run?")]
    [InlineData("-t a", "unknown command `a`")]
    [InlineData("config", "Required command was not provided")]
    [InlineData("config shw", "unknown command `shw`; did you mean `show`?")]
    [InlineData("config show --orgin", "unknown option `--orgin`; did you mean `--origin`?")]
    [InlineData("fmt --dif", "unknown option `--dif`; did you mean `--diff`?")]
    [InlineData("proxy --from :8080", "Option '--to' is required")]
    [InlineData("proxy --from 80a --to http://a", "--from: `80a` is not an address to listen on (such as")]
    [InlineData("proxy --from :8080 --to ftp://a", "--to: `ftp://a` is not the URL of a server (only `http://`, `https://`, `unix:`, `srv+http://` and `srv+https://` are known)")]
    [InlineData("proxy --from :8080 --to http://a/b", "--to: `http://a/b` is not the URL of a server (only host and port")]
    [InlineData("proxy --from :8080 --to http://a --balance robin", "--balance is one of round_robin, least_requests, random_two_choices, peak_ewma, first, client_ip_hash; not `robin`")]
    [InlineData("demo --from unix:/run/x.sock", "--from: the demo listens on an IP address")]
    [InlineData("route", "Required argument 'URL' missing for command: 'route'")]
    [InlineData("route a.example/x", "`a.example/x` is not a URL (with a scheme: http://a.example/x)")]
    [InlineData("route ftp://a", "`ftp://a` is not a URL (only http:// and https:// are known)")]
    [InlineData("route http://a -H nonsense", "-H is a name and a value with a colon between them, not `nonsense`")]
    [InlineData("route http://a --client me", "--client is an IP address; not `me`")]
    [InlineData("reload extra", "unknown argument `extra`")]
    [InlineData("status --sokcet x", "unknown option `--sokcet`; did you mean `--socket`?")]
    [InlineData("routes --socket", "Required argument missing for option: '--socket'")]
    [InlineData("config dif a.yaml", "unknown command `dif`; did you mean `diff`?")]
    [InlineData("config diff", "Required argument 'NEW' missing for command: 'diff'")]
    [InlineData("trust --remov", "unknown option `--remov`; did you mean `--remove`?")]
    [InlineData("trust --storage", "Required argument missing for option: '--storage'")]
    [InlineData("version --jsn", "unknown option `--jsn`; did you mean `--json`?")]
    public async Task CommandLine_Wrong_SaysWhyAndEndsWith2(string arguments, string message)
    {
        ProcessResult result = await SluiceProcess.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        string[] lines = result.Error.TrimEnd().Split('\n');
        Assert.StartsWith("sluice: " + message, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("usage: sluice", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("try: sluice", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task Help_Root_NamesEveryCommand()
    {
        ProcessResult result = await SluiceProcess.RunAsync("--help");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string[] commands =
        [
            "run", "proxy", "check", "lint", "fmt", "config", "route", "reload", "status", "routes", "upstreams", "cache", "certs", "trust", "demo", "explain", "schema",
            "completion", "version",
        ];
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
        Assert.All(commands, command => Assert.Contains($"\n  {command} ", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task Version_Asked_IsPrinted(string argument)
    {
        ProcessResult result = await SluiceProcess.RunAsync(argument);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches("^sluice [0-9]+\\.[0-9]+\\.[0-9]+\n$", result.Output);
    }

    [Fact]
    public async Task Version_AsJson_IsOneObject()
    {
        ProcessResult result = await SluiceProcess.RunAsync("version", "--json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", json.RootElement.GetProperty("version").GetString());
        Assert.StartsWith(".NET 10", json.RootElement.GetProperty("runtime").GetString(), StringComparison.Ordinal);
    }
}
