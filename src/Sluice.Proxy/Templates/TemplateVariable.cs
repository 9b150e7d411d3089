namespace Sluice.Proxy.Templates;

/// <summary>What a variable of a template stands for. <see cref="TemplateVariables"/> has their names and meanings.</summary>
public enum TemplateVariable : byte
{
    /// <summary>No variable: fixed text.</summary>
    None,
    ClientIp,
    Host,
    Authority,
    Path,
    PathSegment,
    PathGroup,
    Query,
    QueryValue,
    Uri,
    Method,
    Scheme,
    Header,
    Cookie,
    Route,
    RequestId,
    Time,
    Upstream,
    Server,
    ServerHost,
    Status,
    Reason,
    Error,
}
