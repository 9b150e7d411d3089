using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Sluice.Cli.Hosting;
using Sluice.Cli.Output;
using Sluice.Config;
using Sluice.Config.Binding;
using Sluice.Config.Values;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice demo</c>: a proxy in front of two sample servers, all in this process, to see something within a second.</summary>
internal static class DemoCommand
{
    internal const string Usage = "sluice demo [--from ADDRESS] [--access-log stdout|off]";

    private const int SampleServerCount = 2;
    private const string DefaultAddress = "127.0.0.1:8080";

    internal static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = $"The address to listen on; {DefaultAddress} if not given.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => DefaultAddress,
            CustomParser = ParseFrom,
        };
        Option<string?> accessLog = SharedOptions.AccessLog();
        var command = new Command("demo", "Start a proxy in front of two sample servers, to try it out.") { from, accessLog };
        command.SetAction(parsed => Run(parsed.GetValue(from)!, SharedOptions.IsAccessLogOn(parsed.GetValue(accessLog)) ?? false));
        return command;
    }

    private static string ParseFrom(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ListenAddress.TryParse(text, out EndPoint? endPoint, out ValueProblem? problem))
        {
            result.AddError($"--from: {problem}");
        }
        else if (endPoint is not IPEndPoint)
        {
            result.AddError("--from: the demo listens on an IP address");
        }

        return text;
    }

    private static int Run(string from, bool accessLog)
    {
        var samples = new List<SluiceServer>();
        try
        {
            for (int number = 1; number <= SampleServerCount; number++)
            {
                samples.Add(SampleServer.Start(number));
            }

            List<ServerAddress> servers = [.. samples.Select(AddressOf)];
            string text = ProxyConfigText.Write(from, servers, "round_robin", workers: null, accessLog);
            ProxyPlan plan = ConfigLoader.LoadText(text, "demo").Plan!;

            // One worker, so that the turns are strict whichever connection a request comes by.
            return Foreground.Run(plan, workers: 1, attach: null, (server, _) => Announce((IPEndPoint)server.EndPoints[0], servers));
        }
        catch (ListenException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCode.CouldNotStart;
        }
        finally
        {
            foreach (SluiceServer sample in samples)
            {
                sample.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
    }

    private static ServerAddress AddressOf(SluiceServer server) =>
        new() { Host = IPAddress.Loopback.ToString(), Port = ((IPEndPoint)server.EndPoints[0]).Port };

    private static void Announce(IPEndPoint proxy, List<ServerAddress> servers)
    {
        // "Any" is where to listen, not where to connect to.
        bool isAny = proxy.Address.Equals(IPAddress.Any) || proxy.Address.Equals(IPAddress.IPv6Any);
        string url = isAny ? $"http://127.0.0.1:{proxy.Port}" : $"http://{proxy}";
        Console.Out.WriteLine($"""
            Sluice {VersionCommand.Version} is running on {url}
            in front of two sample servers, taken in turn: {string.Join(" and ", servers)}

            Try it from another terminal:
              curl {url}/
              curl -s '{url}/?[1-6]'

            Ctrl+C stops it.
            """);
    }
}
