using Sluice.Http.Addresses;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Templates;

/// <summary>Where the values of variables come from: the exchange. Spans are valid until the exchange goes on; what is missing is empty.</summary>
public interface ITemplateSource
{
    /// <summary>The canonical request.</summary>
    RequestHead Request { get; }

    /// <summary>The client's address; 0 for one on a unix socket.</summary>
    IpAddress ClientAddress { get; }

    /// <summary>The number of the request in the access log.</summary>
    long Id { get; }

    /// <summary>The status that the client gets; 0 while that is open.</summary>
    int Status { get; }

    /// <summary>The scheme that the client used, as far as is known: <c>http</c> or <c>https</c>.</summary>
    ReadOnlySpan<byte> Scheme { get; }

    /// <summary>The name of the error that the request ended with.</summary>
    ReadOnlySpan<byte> ErrorName { get; }

    /// <summary>The name of the route.</summary>
    ReadOnlySpan<byte> RouteName { get; }

    /// <summary>The name of the upstream that the route leads to.</summary>
    ReadOnlySpan<byte> UpstreamName { get; }

    /// <summary>The address of the server that was picked last.</summary>
    ReadOnlySpan<byte> ServerName { get; }

    /// <summary>Its host and port.</summary>
    ReadOnlySpan<byte> ServerAuthority { get; }

    /// <summary>The second in which we are, UTC, as ISO 8601 without zone.</summary>
    ReadOnlySpan<byte> Time { get; }

    /// <summary>What a named group of the route's path expression took.</summary>
    ReadOnlySpan<byte> PathGroup(ReadOnlySpan<byte> name);
}
