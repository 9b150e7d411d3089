using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Caching;

/// <summary>A proxy with a cached route in front of one scripted server.</summary>
internal static class CacheStage
{
    // Those who wait for another's fetch do so for longer than a test's step takes.
    private static readonly CachePlan Patient = new() { CoalesceTimeoutMs = 60_000 };

    /// <summary>The plainest request for a path.</summary>
    public static string Get(string path = "/", string fields = "") => $"GET {path} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n";

    /// <summary>A response with a length.</summary>
    public static string Response(string fields, string content = "hello", int status = 200) =>
        $"HTTP/1.1 {status} Said\r\nContent-Length: {content.Length}\r\n{fields}\r\n{content}";

    /// <summary>Begins with a server that is scripted step by step.</summary>
    public static Story Begin(CachePlan? plan = null, int workers = 1, ProxyLimits? limits = null)
    {
        ProxySetup setup = SetupOf(plan, workers);
        return Story.Begin(limits is null ? setup : setup with { Limits = limits });
    }

    /// <summary>The setup of a proxy with one cached route.</summary>
    public static ProxySetup SetupOf(CachePlan? plan = null, int workers = 1) =>
        new() { Workers = workers, Route = route => route with { Cache = plan ?? Patient } };

    /// <summary>Begins with a server that answers each request alike.</summary>
    public static (ProxyFixture Proxy, RecordingUpstream Server) Begin(Func<HttpRequest, string> answer, CachePlan? plan = null, int workers = 1)
    {
        RecordingUpstream server = RecordingUpstream.Start(request => [Bytes.Of(answer(request))]);
        return (ProxyFixture.Start(SetupOf(plan, workers), new Transcript(), server.Plan), server);
    }

    /// <summary>Waits until so many requests came in. Those who wait for a fetch are no exchanges with a server, and leave no other trace.</summary>
    public static async Task WaitForRequestsAsync(this Story story, int count)
    {
        await Patience.UntilAsync(() => story.Proxy.Server.RequestsOf("everything") >= count);
        Assert.Equal(count, story.Proxy.Server.RequestsOf("everything"));
    }

    /// <summary>Waits until nothing is on its way that somebody could still join.</summary>
    public static Task WaitForNoFetchAsync(this Story story) => Patience.UntilAsync(() => story.Proxy.Server.CacheTotals.Fetches == 0);

    /// <summary>Waits until so many objects are on disk.</summary>
    public static Task UntilOnDiskAsync(this ProxyFixture proxy, int objects) => Patience.UntilAsync(() => proxy.Server.CacheTotals.DiskObjects >= objects);
}
