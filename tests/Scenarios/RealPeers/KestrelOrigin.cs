using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;

namespace Sluice.Scenarios.RealPeers;

/// <summary>Kestrel as an origin, in the process of the test, so that a test sees both ends.</summary>
internal sealed class KestrelOrigin : IAsyncDisposable
{
    /// <summary>The name in its certificate.</summary>
    internal const string Name = "origin.test";

    private readonly WebApplication _application;

    private KestrelOrigin(WebApplication application, ServerPlan plan)
    {
        _application = application;
        Plan = plan;
    }

    /// <summary>It as a server of a plan.</summary>
    internal ServerPlan Plan { get; }

    /// <summary>Starts one.</summary>
    /// <param name="dialect">What it speaks, and nothing else.</param>
    /// <param name="authority">Issues its certificate where it speaks TLS.</param>
    /// <param name="map">Maps what it answers.</param>
    internal static async Task<KestrelOrigin> StartAsync(Dialect dialect, TestAuthority authority, Action<WebApplication> map)
    {
        bool isTls = dialect is Dialect.Http1OverTls or Dialect.Http2OverTls;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = dialect is Dialect.Http2 or Dialect.Http2OverTls ? HttpProtocols.Http2 : HttpProtocols.Http1;
            if (isTls)
            {
                listen.UseHttps(authority.Issue(Name).ToX509());
            }
        }));
        WebApplication application = builder.Build();
        application.UseWebSockets();
        map(application);
        await application.StartAsync();
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new KestrelOrigin(application, new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = new Uri(address).Port, IsHttps = isTls }));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Handlers that a test left waiting end at once.
        using var noGrace = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(noGrace.Token);
        await _application.DisposeAsync();
    }
}
