using System.CommandLine;
using System.Net.Sockets;
using Sluice.Load.Faults;
using Sluice.Load.Http2;
using Sluice.Load.Latency;
using Sluice.Load.Memory;
using Sluice.Load.Reload;
using Sluice.Load.Rows;
using Sluice.Load.Start;
using Sluice.Load.SystemCalls;
using Sluice.Load.Tls;

namespace Sluice.Load;

/// <summary>The command line: one sub-command per kind of measurement, the same options for all.</summary>
internal static class BenchCommands
{
    public static RootCommand Build()
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "Interleaved rounds per row",
            DefaultValueFactory = _ => 5,
            Recursive = true,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "Seconds per run; of `reload`, which takes 100 by default, in all",
            DefaultValueFactory = _ => 6,
            Recursive = true,
        };
        var sluice = new Option<string?>("--sluice") { Description = "An existing sluice executable", Recursive = true };
        var skip = new Option<bool>("--skip-sluice") { Description = "Only its peers", Recursive = true };
        var json = new Option<string?>("--json") { Description = "Write raw samples to this file", Recursive = true };
        var routes = new Option<int>("--routes") { Description = "Run a second Sluice with so many routes more beside the first; of `reload`, routes in its file (1000)", Recursive = true };
        var only = new Option<string?>("--only") { Description = "Run this row, or half of `reload`, alone", Recursive = true };

        BenchOptions Read(ParseResult line) => new(
            Math.Clamp(line.GetValue(rounds), 1, 100),
            Math.Clamp(line.GetValue(seconds), 1, 120),
            line.GetValue(sluice),
            line.GetValue(skip),
            line.GetValue(json),
            line.GetValue(only),
            Math.Clamp(line.GetValue(routes), 0, 100_000));

        Command Measurement(string name, string description, Func<BenchOptions, CancellationToken, Task<int>> run)
        {
            var command = new Command(name, description);
            command.SetAction((line, stop) => GuardAsync(() => run(Read(line), stop)));
            return command;
        }

        return new RootCommand("Sluice side by side with nginx, HAProxy and Varnish: everything is started here, on loopback only.")
        {
            rounds, seconds, sluice, skip, json, only, routes,
            Measurement("h1", "CPU time per HTTP/1.1 request, and throughput of two workers", H1Measurement.RunAsync),
            Measurement("tls", "CPU time per request over TLS, kept alive, and per handshake", (options, stop) => H1Measurement.RunAsync(options, RowCatalogue.Tls, stop)),
            Measurement("h2", "CPU time per request over HTTP/2", (options, stop) => H1Measurement.RunAsync(options, RowCatalogue.Http2, stop)),
            Measurement("cache", "CPU time per request that is answered from the cache", (options, stop) => H1Measurement.RunAsync(options, RowCatalogue.Cache, stop)),
            Measurement("files", "CPU time per file that is served", (options, stop) => H1Measurement.RunAsync(options, RowCatalogue.Files, stop)),
            Measurement("compress", "CPU time per request whose response the proxy compresses", (options, stop) => H1Measurement.RunAsync(options, RowCatalogue.Compression, stop)),
            Measurement("h2-memory", "Resident memory per idle connection and per waiting stream of HTTP/2", Http2MemoryMeasurement.RunAsync),
            Measurement("tls-memory", "Resident memory per idle connection over TLS, and after broken handshakes and exchanged certificates", TlsMemoryMeasurement.RunAsync),
            Measurement("memory", "Resident memory per idle connection and per slow client", MemoryMeasurement.RunAsync),
            Measurement("start", "Time from exec to the first answered request", StartMeasurement.RunAsync),
            Measurement("syscalls", "System calls per request", SystemCallMeasurement.RunAsync),
            Measurement("latency", "p99 and p99.9 at half of nginx's peak rate, open loop", LatencyMeasurement.RunAsync),
            Measurement("faults", "What clients notice while one of three servers is killed, frozen, cut off and restarted", FaultMeasurement.RunAsync),
            ReloadCommand.Build(seconds, routes, sluice, json, only, GuardAsync),
            OpenLoopCommand.Build(),
            HandshakeCommand.Build(),
        };
    }

    /// <summary>Exit code 1 and one line for what the user can mend; anything else is a bug and shows its stack.</summary>
    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (BenchException failure)
        {
            await Console.Error.WriteLineAsync($"load: {failure.Message}");
            return 1;
        }
        catch (Exception failure) when (failure is SocketException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"load: a server broke a connection: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("load: stopped");
            return 130;
        }
    }
}
