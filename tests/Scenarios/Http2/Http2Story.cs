using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Http2;

/// <summary>A story whose client speaks HTTP/2 with prior knowledge, and whose upstream speaks HTTP/1.1.</summary>
internal sealed class Http2Story : IAsyncDisposable
{
    private readonly Story _story;

    private Http2Story(Story story, Http2Peer client)
    {
        _story = story;
        Client = client;
    }

    /// <summary>The client.</summary>
    internal Http2Peer Client { get; }

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy => _story.Proxy;

    /// <summary>The upstream.</summary>
    internal ScriptedUpstream Upstream => _story.Upstream;

    /// <summary>Starts the upstream and the proxy, connects the client, and reads the proxy's SETTINGS.</summary>
    internal static Task<Http2Story> BeginAsync(params (SettingKind Kind, uint Value)[] settings) => BeginAsync(new ProxySetup(), settings);

    /// <summary>The same with more said about the proxy.</summary>
    internal static async Task<Http2Story> BeginAsync(ProxySetup setup, params (SettingKind Kind, uint Value)[] settings)
    {
        Story story = Story.Begin(setup with { Http2 = Http2Mode.PriorKnowledge });
        Http2Peer client = await story.Proxy.ConnectHttp2Async(new Http2PeerOptions { Settings = [(SettingKind.EnablePush, 0), .. settings] });
        await client.ExpectAsync(FrameKind.Settings);
        return new Http2Story(story, client);
    }

    /// <summary>Connects another client.</summary>
    internal Task<Http2Peer> ConnectAsync() => Proxy.ConnectHttp2Async(new Http2PeerOptions { Name = "another" });

    /// <summary>Sends a head, and accepts the proxy's connection for it, with the head read.</summary>
    internal async Task<(uint Stream, ScriptedServerConnection Server, HttpRequest Head)> OpenAsync(FieldBlock block, bool end = true, string method = "GET")
    {
        uint stream = await Client.SendHeadAsync(block, end, method);
        ScriptedServerConnection server = await Upstream.AcceptAsync();
        return (stream, server, await server.ReadHeadAsync());
    }

    /// <summary>The same with a request without fields.</summary>
    internal Task<(uint Stream, ScriptedServerConnection Server, HttpRequest Head)> OpenAsync(string method = "GET", string path = "/", bool end = true) =>
        OpenAsync(Client.Request(method, path), end, method);

    /// <summary>What proves a switch to WebSocket (RFC 6455, section 4.2.2).</summary>
    /// <param name="key">The key of the request.</param>
    [SuppressMessage("Security", "CA5350", Justification = "The protocol says SHA-1.")]
    internal static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Bytes.Of(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    /// <summary>The access-log line of a path.</summary>
    internal Task<AccessLogEntry> LogLineAsync(string path = "/") => _story.LogLineAsync(entry => entry.Path == path);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _story.DisposeAsync();
}
