using System.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Dns;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Resolution;

/// <summary>A proxy in front of <c>app.test</c>, which a scripted name server resolves, with servers at one port of several addresses.</summary>
internal sealed class NamedProxy : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private NamedProxy(Func<DnsScript, DnsScript?> answer, DnsPlan? dns, int connectTimeoutMs)
    {
        Names = NameServer.Start(answer);
        First = AddressOrigin.Start("127.0.0.1");
        Dns = (dns ?? new DnsPlan { TimeoutMs = 10_000 }) with { Servers = [Names.EndPoint], MinTtlMs = 100 };
        var setup = new ProxySetup { Dns = Dns, Limits = new ProxyLimits { ConnectTimeoutMs = connectTimeoutMs } };
        Proxy = ProxyFixture.Start(setup, new Transcript(), new ServerPlan(new ServerAddress { Host = "app.test", Port = First.Port }));
    }

    /// <summary>The name server.</summary>
    internal NameServer Names { get; }

    /// <summary>The server at 127.0.0.1.</summary>
    internal AddressOrigin First { get; }

    /// <summary>How the proxy resolves names.</summary>
    internal DnsPlan Dns { get; }

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; }

    /// <summary>The addresses that it connects to.</summary>
    internal IReadOnlyList<string> Targets => [.. Proxy.Server.Servers.SelectMany(server => server.Targets).Select(target => target.ToString())];

    /// <summary>Starts all of it.</summary>
    internal static NamedProxy Start(Func<DnsScript, DnsScript?> answer, DnsPlan? dns = null, int connectTimeoutMs = 60_000) =>
        new(answer, dns, connectTimeoutMs);

    /// <summary>Starts another server at the same port.</summary>
    internal AddressOrigin AddOrigin(string address)
    {
        AddressOrigin origin = AddressOrigin.Start(address, First.Port);
        _owned.Add(origin);
        return origin;
    }

    /// <summary>Sends a request and gives its answer's status and content, which is the address of the server, and how long it took.</summary>
    internal async Task<(int Status, string Text, TimeSpan Time)> AskAsync()
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        long start = Stopwatch.GetTimestamp();
        HttpResponse response = await client.ExchangeAsync(Story.Get);
        return (response.Status, response.Text, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Waits until it connects to these addresses, at its port, and no others.</summary>
    internal async Task ExpectTargetsAsync(params IReadOnlyList<string> addresses)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        string[] expected = [.. addresses.Select(address => $"{address}:{First.Port}").Order(StringComparer.Ordinal)];
        while (!Targets.Order(StringComparer.Ordinal).SequenceEqual(expected))
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"[{string.Join(", ", Targets)}] instead of [{string.Join(", ", expected)}]:\n{string.Join('\n', Proxy.Messages.Lines)}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Names.DisposeAsync();
        await First.DisposeAsync();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }
}
