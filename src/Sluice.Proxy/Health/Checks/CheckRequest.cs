using System.Globalization;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Health.Checks;

/// <summary>The request of a check, written out for both versions of HTTP. Immutable.</summary>
/// <remarks>It says nothing of clients and of a way that it has come, since there are none: it is not written as requests are that are passed on.</remarks>
internal sealed class CheckRequest
{
    private const string Agent = "sluice-health-check";

    private readonly byte[] _head;
    private readonly byte[] _lines;

    private CheckRequest(HealthCheckPlan plan, ServerState server, string method, string target, IReadOnlyList<KeyValuePair<string, string>> fields, byte[]? content)
    {
        string host = plan.Host ?? Encoding.UTF8.GetString(server.AuthorityUtf8);
        var text = new StringBuilder();
        foreach ((string name, string value) in fields)
        {
            text.Append($"{name}: {value}\r\n");
        }

        if (!fields.Any(field => field.Key.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)))
        {
            text.Append($"User-Agent: {Agent}\r\n");
        }

        // RFC 9110, section 8.6: where content would mean something, its absence is said.
        if (content is not null || method is "POST" or "PUT" or "PATCH")
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {content?.Length ?? 0}\r\n");
        }

        string scheme = server.Address.Scheme;
        _head = Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{text}Connection: close\r\n\r\n");
        _lines = Encoding.UTF8.GetBytes($":method: {method}\r\n:scheme: {scheme}\r\n:authority: {host}\r\n:path: {target}\r\n{text}");
        Content = content is null ? BodySlice.End : new BodySlice(content, 0, content.Length, IsLast: true);
    }

    /// <summary>Its content.</summary>
    public BodySlice Content { get; }

    /// <summary>The request of an HTTP check.</summary>
    public static CheckRequest ForHttp(HealthCheckPlan plan, ServerState server) => new(plan, server, plan.Method, plan.Path, plan.Fields, content: null);

    /// <summary>The call of <c>Check</c> of gRPC's health checking protocol.</summary>
    public static CheckRequest ForGrpc(HealthCheckPlan plan, ServerState server) => new(
        plan,
        server,
        "POST",
        "/grpc.health.v1.Health/Check",
        [KeyValuePair.Create("content-type", "application/grpc"), KeyValuePair.Create("te", "trailers"), .. plan.Fields],
        GrpcHealth.RequestFor(plan.Service));

    /// <summary>Makes it the request of an exchange. False when the configuration says something that can't be sent.</summary>
    public bool TryPresent(Exchange exchange)
    {
        exchange.CheckRequest = this;
        exchange.RequestReader.Begin(0, exchange.Snapshot.RequestHeadLimits);
        return exchange.RequestReader.Read(_head, _head.Length) == ReadStatus.Done;
    }

    /// <summary>Writes its head for HTTP/1.</summary>
    public void Write(ref HeadWriter writer) => writer.Append(_head);

    /// <summary>Writes its head for HTTP/2, as lines without an end. No field of it must be kept out of tables.</summary>
    /// <returns>The length of what was written.</returns>
    public int WriteLines(ref HeadWriter writer)
    {
        writer.Append(_lines);
        return writer.Length;
    }
}
