using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

/// <summary>A request read by the real parser, and what is known of its connection.</summary>
internal sealed class RequestSample
{
    private readonly RequestHead _head = new();

    public RequestSample(string host, string target, string method = "GET", params string[] fields)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");
        var reader = new RequestHeadReader(_head);
        reader.Begin(0, new HeadLimits(8_192, 65_536, 100));
        Assert.True(reader.Read(text, text.Length) == ReadStatus.Done && reader.Violation == Violation.None, $"{host}{target}: {reader.Violation}");
    }

    public string Client { get; init; } = "192.0.2.1";

    public bool IsHttps { get; init; }

    public string Sni { get; init; } = "";

    public ListenerPlan? Listener { get; init; }

    public int Sample { get; init; }

    public RequestHead Head => _head;

    public RouteInput Input
    {
        get
        {
            return new RouteInput
            {
                Request = _head,
                ClientAddress = IpAddress.TryParse(Client, out IpAddress client) ? client : default,
                IsHttps = IsHttps,
                Sni = Encoding.ASCII.GetBytes(Sni),
                Listener = Listener,
                Sample = Sample,
            };
        }
    }
}
