using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Admin.Api;

namespace Sluice.Admin.Control;

/// <summary>Answers the control API on a <see cref="ControlSocket"/>: ASP.NET Core with as little of it as suffices.</summary>
/// <remarks>It runs on the thread pool and a thread of its own for its socket, and never touches an event loop of the data plane.</remarks>
public sealed class ControlServer : IAsyncDisposable
{
    private const int BodyBytesMax = 64 * 1024;

    // Only the user that runs the program can connect. Peers that hang are to be gone before a command beside them gives up, which is after 30 s.
    private const int ConnectionsMax = 256;
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _application;

    private ControlServer(WebApplication application) => _application = application;

    /// <summary>Starts to answer. Takes some 100 ms of processor time; clients that connected before are answered then.</summary>
    /// <param name="socket">The socket, which stays the caller's to dispose.</param>
    /// <param name="instance">What is told and controlled.</param>
    public static async Task<ControlServer> StartAsync(ControlSocket socket, ControlledInstance instance)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Sluice.Admin" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options => Configure(options, socket));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.IOQueueCount = 1;
            options.CreateBoundListenSocket = _ => socket.Socket;
        });
        WebApplication application = builder.Build();
        var server = new ControlServer(application);
        application.Use(ProblemResponses.HandleAsync);
        ControlApi.Map(application, instance);
        await application.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Stops; requests in progress have a second.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions options, ControlSocket socket)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = BodyBytesMax;
        options.Limits.MaxConcurrentConnections = ConnectionsMax;
        options.Limits.RequestHeadersTimeout = HeadTimeout;
        options.Limits.KeepAliveTimeout = IdleTimeout;
        options.ListenUnixSocket(socket.Path, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
