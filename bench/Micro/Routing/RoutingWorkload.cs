using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing;

namespace Sluice.Bench.Micro.Routing;

/// <summary>A table of many routes with every kind of match, and requests of which each has to find a certain one.</summary>
internal static class RoutingWorkload
{
    private static readonly RespondAction Action = new(200, [], []);
    private static readonly ProxyLimits Limits = new();

    /// <summary>A table of as many routes, on a tenth as many hosts, beside a few with wildcards, globs, regular expressions and conditions.</summary>
    internal static RouteTable BuildTable(int count) => new(Plans(count).Select(plan => new CompiledRoute(plan, Limits, new RouteState(workers: 1), upstreams: null)));

    /// <summary>Requests of each kind, spread over the table.</summary>
    internal static Request[] Requests(int count)
    {
        int host = count / 20;
        return
        [
            new("exact host, prefix", $"host-{host}.example.com", "/api/v3/users/17", $"r{(host * 10) + 3}"),
            new("exact host, any path", $"host-{host + 1}.example.com", "/nothing/of/this/is/known", $"any{host + 1}"),
            new("wildcard host", "a.b.wild.example.org", "/static/css/site.css", "wildcard"),
            new("glob", "other.example.net", "/tenants/acme/files/2026/report.pdf", "glob"),
            new("regular expression", "other.example.net", "/users/12345/posts", "regex"),
            new("header, query, cookie", "other.example.net", "/conditions/x?debug=a%20b", "conditions", "X-Version: 2\r\nCookie: a=1; beta=yes\r\n"),
            new("conditions fail, any", "other.example.net", "/conditions/x", "rest", "X-Version: 3\r\n"),
        ];
    }

    private static IEnumerable<RoutePlan> Plans(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int host = i / 10;
            HostMatch match = new($"host-{host}.example.com", HostMatchKind.Exact);
            yield return i % 10 == 9
                ? Plan($"any{host}") with { Hosts = [match] }
                : Plan($"r{i}", $"/api/v{i % 10}", PathMatchKind.Prefix) with { Hosts = [match] };
        }

        yield return Plan("wildcard") with { Hosts = [new HostMatch("wild.example.org", HostMatchKind.Wildcard)] };
        yield return Plan("glob", "/tenants/*/files/**/*.pdf", PathMatchKind.Glob);
        yield return Plan("regex", "/users/(?<id>[0-9]+)/posts", PathMatchKind.Regex);
        yield return Plan("conditions", "/conditions", PathMatchKind.Prefix) with
        {
            Condition = new AllCondition(
            [
                new MethodCondition(["GET", "POST"]),
                new HeaderCondition("X-Version", Exact("2")),
                new QueryCondition("debug", Exact("a b")),
                new CookieCondition("beta", new ValueTest(ValueTestKind.Regex, ["y.*"])),
                new ClientAddressCondition([IpRange.TryParse("10.0.0.0/8", out IpRange range) ? range : default]),
            ]),
        };
        yield return Plan("rest");
    }

    private static RoutePlan Plan(string name) => new() { Name = name, Action = Action };

    private static RoutePlan Plan(string name, string path, PathMatchKind kind) => Plan(name) with { Paths = [new PathMatch(path, kind)] };

    private static ValueTest Exact(string text) => new(ValueTestKind.Exact, [text]);

    /// <summary>A request that was read, what it shows, and the name of the route that it has to find.</summary>
    internal sealed class Request
    {
        private static readonly IpAddress Client = IpAddress.FromIpv4(0x0A010203);
        private readonly RequestHead _head = new();

        internal Request(string kind, string host, string target, string expected, string fields = "")
        {
            Kind = kind;
            Expected = expected;
            byte[] text = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
            var reader = new RequestHeadReader(_head);
            reader.Begin(0, new HeadLimits(8_192, 65_536, 100));
            if (reader.Read(text, text.Length) != ReadStatus.Done)
            {
                throw new InvalidOperationException($"{kind} is not a request.");
            }
        }

        internal string Kind { get; }

        internal string Expected { get; }

        internal RouteInput Input => new() { Request = _head, ClientAddress = Client };
    }
}
