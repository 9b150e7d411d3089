namespace Sluice.Proxy.Plans.Checks;

/// <summary>How the servers of an upstream are checked, without any request of a client's.</summary>
public sealed record HealthCheckPlan
{
    /// <summary>The way.</summary>
    public CheckKind Kind { get; init; }

    /// <summary>The target of the request, with its query; for HTTP.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The method of the request; for HTTP.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The host that is asked for; null asks for the server's own address.</summary>
    public string? Host { get; init; }

    /// <summary>Further fields of the request.</summary>
    public PlanList<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>Another port of the server to check, 1 to 65,535; 0 takes the one that requests go to. A unix socket has none.</summary>
    public int Port { get; init; }

    /// <summary>The statuses that are good; for HTTP.</summary>
    public PlanList<StatusSpan> Statuses { get; init; } = [new StatusSpan(200, 399)];

    /// <summary>What has to occur in the first 64 KiB of the content, or of what the server says over TCP; null expects nothing.</summary>
    public ExpectedText? Expected { get; init; }

    /// <summary>What is said to a server over TCP; empty says nothing.</summary>
    public string Send { get; init; } = "";

    /// <summary>The service that gRPC is asked about; empty asks about the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>From the beginning of one check to that of the next, in milliseconds, give or take a tenth.</summary>
    public int IntervalMs { get; init; } = 5_000;

    /// <summary>The same while a server is down, or its last checks speak against what is taken to be its state; never longer than <see cref="IntervalMs"/>.</summary>
    public int FastIntervalMs { get; init; } = 1_000;

    /// <summary>How long a check may take in all, in milliseconds.</summary>
    public int TimeoutMs { get; init; } = 2_000;

    /// <summary>As many checks in a row have to succeed for a server that is down to be up; at least 1.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>As many checks in a row have to fail for a server that is up to be down; at least 1.</summary>
    public int Fall { get; init; } = 3;

    /// <summary>Whether a server that is new gets no requests before its first check has succeeded.</summary>
    public bool StartsDown { get; init; }
}
