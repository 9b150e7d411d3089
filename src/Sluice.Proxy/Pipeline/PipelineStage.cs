namespace Sluice.Proxy.Pipeline;

/// <summary>The stages of a request's way, in their order. docs/request-lifecycle.md tells what happens in each.</summary>
public enum PipelineStage
{
    /// <summary>A connection is taken in.</summary>
    Accept,

    /// <summary>The head is read into one canonical request.</summary>
    Parse,

    /// <summary>A route is found.</summary>
    Route,

    /// <summary>What can be refused by its size, or by its priority under overload, is refused.</summary>
    Limits,

    /// <summary>What the route does not take is refused, and what needs no server for an answer is answered.</summary>
    Access,

    /// <summary>The target is rewritten. (Headers are changed while heads are written.)</summary>
    Transform,

    /// <summary>What is stored is sent, or fetched for all who want it.</summary>
    Cache,

    /// <summary>A server is picked.</summary>
    Balance,

    /// <summary>The request goes to the server, and the response comes back.</summary>
    Forward,

    /// <summary>The client gets its response.</summary>
    Response,

    /// <summary>The end is recorded.</summary>
    Log,
}
