using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Cors;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Access;

/// <summary>What a route asks of a request before anything is done for it. Immutable.</summary>
/// <remarks>
/// <list type="number">
/// <item>The path has nothing that the route refuses.</item>
/// <item>A preflight of a browser is answered, whatever else holds for the route: it is asked about the request that follows, not that request.</item>
/// <item>The request is no early data, unless the route takes that, with a safe method (RFC 8470, section 3).</item>
/// <item>The client has shown a certificate, where the route asks for one.</item>
/// <item>The method is one that the route takes.</item>
/// <item>The route is not under maintenance, or the client may in.</item>
/// </list>
/// </remarks>
internal sealed class AccessChecks
{
    private readonly bool _takesEarlyData;
    private readonly bool _requiresCertificate;

    private AccessChecks(RoutePlan plan)
    {
        Path = plan.PathPolicy == PathPolicyPlan.Default ? PathPolicy.Default : new PathPolicy(plan.PathPolicy);
        _takesEarlyData = plan is { EarlyData: true, RequiresClientCertificate: false };
        _requiresCertificate = plan.RequiresClientCertificate;
        Cors = plan.Cors is { } cors ? new CorsPolicy(cors) : null;
        Methods = plan.Methods.Count > 0 ? new MethodLimit(plan.Methods) : null;
        Maintenance = plan.Maintenance is { } maintenance ? new Maintenance(maintenance) : null;
    }

    /// <summary>Which paths it takes.</summary>
    public PathPolicy Path { get; }

    /// <summary>Who may use it from other origins; null when that is the server's business.</summary>
    public CorsPolicy? Cors { get; }

    /// <summary>The methods it takes; null for all.</summary>
    public MethodLimit? Methods { get; }

    /// <summary>Null when it is open.</summary>
    public Maintenance? Maintenance { get; }

    /// <summary>Makes the checks of a route ready; null when there are none but the usual look at the path.</summary>
    public static AccessChecks? Create(RoutePlan plan)
    {
        bool isUsual = plan is { EarlyData: false, RequiresClientCertificate: false, Cors: null, Methods.Count: 0, Maintenance: null } && plan.PathPolicy == PathPolicyPlan.Default;
        return isUsual ? null : new AccessChecks(plan);
    }

    /// <summary>Fails the exchange, or returns the answer to it, or null when it may go on.</summary>
    public PreparedResponse? Run(Exchange exchange)
    {
        // 1. The path.
        Path.Check(exchange);
        if (exchange.HasFailed)
        {
            return null;
        }

        // 2. A preflight.
        if (Cors is not null && CorsPolicy.IsPreflight(exchange.Request))
        {
            exchange.IsPreflight = true;
            return Cors.PreflightResponseTo(exchange.Request);
        }

        // 3. Early data.
        if (exchange.IsEarlyData && !(_takesEarlyData && exchange.Request.Method.IsSafe()))
        {
            exchange.Fail(ProxyErrorCode.TooEarly);
        }
        else if (_requiresCertificate && exchange.ClientTls?.Certificate is null)
        {
            // 4. A certificate.
            exchange.Fail(ProxyErrorCode.ClientCertificateRequired);
        }
        else if (Methods is not null && !Methods.Allows(exchange.Request))
        {
            // 5. The method.
            exchange.Fail(ProxyErrorCode.MethodNotAllowed);
        }
        else if (Maintenance is not null && !Maintenance.Admits(exchange.ClientAddress))
        {
            // 6. Maintenance.
            exchange.Fail(ProxyErrorCode.Maintenance);
        }

        return null;
    }
}
