using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Load.Contenders;
using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Driver;

/// <summary>The closed-loop client of HTTP/2, from nghttp2. Its windows are as large as they may be, so that it never is what data waits for.</summary>
internal static partial class H2Load
{
    public const int Connections = 16;
    public const int StreamsPerConnection = 16;

    /// <param name="cpu">Its only core; null for all.</param>
    public static async Task<WrkResult> RunAsync(
        Workspace workspace, LoadRow row, string url, int seconds, int? cpu, CancellationToken stop)
    {
        List<string> arguments =
        [
            "-t", "1", "-c", $"{Connections}", "-m", $"{StreamsPerConnection}", "-D", $"{seconds}",
            "--ciphers", TlsProtocol.Ciphers, "--tls13-ciphers", TlsProtocol.CipherSuites, "--groups", TlsProtocol.Groups,
        ];
        if (row.Grpc)
        {
            string message = workspace.PathOf("message");
            await File.WriteAllBytesAsync(message, Origin.GrpcMessage(), stop);
            arguments.AddRange(["-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"]);
        }

        string output = await ChildProcess.RunAsync(cpu, TimeSpan.FromSeconds(seconds + 20), ProgramPath.Find("h2load"), [.. arguments, url], stop);
        return Read(output, seconds);
    }

    /// <summary>Reads the totals that it prints at the end.</summary>
    /// <exception cref="BenchException">They are not there, or another protocol was spoken.</exception>
    private static WrkResult Read(string output, int seconds)
    {
        Match requests = RequestsLine().Match(output);
        Match statuses = StatusLine().Match(output);
        Match traffic = TrafficLine().Match(output);
        if (!requests.Success || !statuses.Success || !traffic.Success || !ProtocolLine().IsMatch(output))
        {
            throw new BenchException($"h2load gave no result of HTTP/2: {output}");
        }

        // What it started and did not see the end of when time was up counts as neither.
        return new WrkResult(
            Number(requests, "succeeded"), Number(traffic, "data"), seconds * 1_000_000L, 0, Number(requests, "errored"), 0, Number(requests, "timeout"),
            Number(statuses, "redirect") + Number(statuses, "client") + Number(statuses, "server"));
    }

    private static long Number(Match line, string group) => long.Parse(line.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Application protocol: h2c?$", RegexOptions.Multiline)]
    private static partial Regex ProtocolLine();

    [GeneratedRegex(@"^requests: .*, (?<succeeded>\d+) succeeded, \d+ failed, (?<errored>\d+) errored, (?<timeout>\d+) timeout", RegexOptions.Multiline)]
    private static partial Regex RequestsLine();

    [GeneratedRegex(@"^status codes: \d+ 2xx, (?<redirect>\d+) 3xx, (?<client>\d+) 4xx, (?<server>\d+) 5xx", RegexOptions.Multiline)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^traffic: .*, \S+ \((?<data>\d+)\) data", RegexOptions.Multiline)]
    private static partial Regex TrafficLine();
}
