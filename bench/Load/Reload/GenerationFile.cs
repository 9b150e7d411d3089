using Sluice.Load.Contenders;

namespace Sluice.Load.Reload;

/// <summary>
/// The text of the configuration's generations. The routes under load stay; in turn, each generation changes one of five things: a route, a
/// limit, the weights of the servers under load, an upstream that no request takes, a listener on another port.
/// </summary>
/// <param name="Port">The listener under load.</param>
/// <param name="ExtraPort">The listener that comes and goes.</param>
/// <param name="OriginPorts">The two servers behind the routes under load.</param>
/// <param name="EchoPort">The server behind WebSockets.</param>
/// <param name="FillerRoutes">Routes that no request takes.</param>
internal sealed record GenerationFile(int Port, int ExtraPort, (int First, int Second) OriginPorts, int EchoPort, string FillerRoutes)
{
    public const string GenerationPath = "/generation";
    public const string ExtraPath = "/extra";
    public const string EchoPath = "/echo";
    public const string ExtraBody = "extra";

    /// <summary>Kinds of <see cref="Invalid"/>.</summary>
    public const int InvalidKinds = 5;

    private const int Changes = 5;

    public static bool HasExtraRoute(int generation) => IsOdd(generation, change: 0);

    public static bool HasExtraListener(int generation) => IsOdd(generation, change: 4);

    /// <summary>A file that is served; <see cref="GenerationPath"/> then answers with its number.</summary>
    public string Valid(int generation) => Text(generation, generation.ToString());

    /// <summary>A file that must be refused as a whole, although it changes as much as the next generation would.</summary>
    public string Invalid(int generation, int kind)
    {
        string text = Text(generation, "invalid");
        return (kind % InvalidKinds) switch
        {
            // Half-written: the last line ends in the middle of a word.
            0 => text[..(text.TrimEnd().Length - "xy: origin".Length)],
            1 => text + "lisen: 127.0.0.1:0\n",
            2 => text.Replace("upstreams:\n", "upstreams:\n  broken: { servers: [], balance: fairly }\n", StringComparison.Ordinal),

            // Valid as a text, but no address of this machine (RFC 5737, section 3): it fails after everything else has been prepared.
            3 => text.Replace("listen: [", "listen: [\"192.0.2.1:8080\", ", StringComparison.Ordinal),
            _ => "",
        };
    }

    private static bool IsOdd(int generation, int change) => Count(generation, change) % 2 == 1;

    /// <summary>How often a change was made up to a generation: exactly one of the five goes up with each.</summary>
    private static int Count(int generation, int change) => (generation + Changes - change) / Changes;

    private string Text(int generation, string body)
    {
        string listeners = HasExtraListener(generation) ? $"\"127.0.0.1:{Port}\", \"127.0.0.1:{ExtraPort}\"" : $"\"127.0.0.1:{Port}\"";
        bool hasSpare = IsOdd(generation, change: 3);
        string spareUpstream = hasSpare ? $"  spare: http://127.0.0.1:{OriginPorts.First}\n" : "";
        string spareRoute = hasSpare ? "  - { match: /spare/*, proxy: spare }\n" : "";
        string extraRoute = HasExtraRoute(generation) ? $"  - {{ match: {ExtraPath}, respond: {ExtraBody} }}\n" : "";
        return $$"""
            listen: [{{listeners}}]
            access_log: off
            # No limit of the proxy's own may end a connection or refuse a request during the run: what does then is the reload.
            overload: off
            limits:
              keepalive_timeout: 1h
              requests_per_connection: 1000000000
              request_headers_count: {{100 + (Count(generation, change: 1) % 2)}}
            upstreams:
              origin:
                servers:
                  - { url: "http://127.0.0.1:{{OriginPorts.First}}", weight: {{1 + (Count(generation, change: 2) % 3)}} }
                  - { url: "http://127.0.0.1:{{OriginPorts.Second}}", weight: 2 }
                connections: { idle_timeout: 1h }
              echo: http://127.0.0.1:{{EchoPort}}
            {{spareUpstream}}routes:
              - { match: {{GenerationPath}}, respond: { body: "{{body}}" } }
              - { match: {{EchoPath}}, proxy: echo }
            {{extraRoute}}{{spareRoute}}{{FillerRoutes}}  - proxy: origin
            """ + "\n";
    }
}
