using System.Net;
using System.Text;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Hosting;

/// <summary>A server of the demo: answers every request with its number.</summary>
internal static class SampleServer
{
    /// <summary>Starts one on a port of loopback that the kernel chooses.</summary>
    /// <exception cref="ListenException">There is no port left.</exception>
    internal static SluiceServer Start(int number)
    {
        KeyValuePair<string, string>[] fields = [new("content-type", "text/plain; charset=utf-8")];
        byte[] body = Encoding.UTF8.GetBytes($"Hello from sample server {number}\n");
        var plan = new ProxyPlan
        {
            Listeners = [new ListenerPlan(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1:0")],
            Routes = [new RoutePlan { Name = "hello", Action = new RespondAction(200, [.. fields], [.. body]) }],
            Upstreams = [],
            AccessLog = false,
        };
        return SluiceServer.Start(plan, new SluiceServerOptions { Workers = 1 });
    }
}
