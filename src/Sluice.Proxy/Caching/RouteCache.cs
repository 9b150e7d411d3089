using System.Buffers;
using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Caching;
using Sluice.Http.Forwarded;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Routing.Conditions;

namespace Sluice.Proxy.Caching;

/// <summary>What a route has cached, made ready for requests. Immutable; read by all workers.</summary>
internal sealed class RouteCache
{
    private readonly Condition? _bypass;
    private readonly Condition? _noStore;
    private readonly byte[] _routeName;
    private readonly bool _needsSlash;
    private readonly byte[][] _keyHeaders;
    private readonly byte[][] _trustedHeaders;

    private RouteCache(RoutePlan route, CachePlan plan)
    {
        Plan = plan;
        _routeName = Encoding.UTF8.GetBytes(route.Name);
        _bypass = plan.Bypass is { } bypass ? ConditionCompiler.Compile(bypass) : null;
        _noStore = plan.NoStore is { } noStore ? ConditionCompiler.Compile(noStore) : null;
        _keyHeaders = [.. plan.KeyHeaders.Select(Encoding.ASCII.GetBytes)];
        _trustedHeaders = [.. plan.TrustedHeaders.Select(Encoding.ASCII.GetBytes)];
        _needsSlash = plan.Key is { } key && !(key.Text.StartsWith('/') || key.Text.StartsWith("{path}", StringComparison.Ordinal) || key.Text.StartsWith("{uri}", StringComparison.Ordinal));
        Store = StoreOptionsOf(plan);
        Reuse = new ReuseOptions { HonorsClient = plan.HonorsClient, StaleWhenDisconnected = plan.StaleIfErrorSeconds };
    }

    /// <summary>What the configuration says.</summary>
    public CachePlan Plan { get; }

    /// <summary>What is stored.</summary>
    public StoreOptions Store { get; }

    /// <summary>What of it is used.</summary>
    public ReuseOptions Reuse { get; }

    /// <summary>The cache of a route; null where nothing is cached.</summary>
    public static RouteCache? Create(RoutePlan route) => route is { Cache: { } plan, Action: ProxyAction } ? new RouteCache(route, plan) : null;

    /// <summary>
    /// Whether a request is one that the cache has to do with: a GET or HEAD without content (content of a GET would make a difference that no key tells, RFC 9110,
    /// section 9.3.1) that asks for no other protocol.
    /// </summary>
    public bool Takes(RequestHead request) =>
        (request.Method == RequestMethod.Get || (request.Method == RequestMethod.Head && Plan.TakesHead))
        && !request.HasBody && !request.HasUpgrade && !request.IsAsteriskForm && !request.Host.IsEmpty;

    /// <summary>Whether a request asks to remove what is stored for its URL, in a configuration that has that.</summary>
    public bool IsPurge(RequestHead request) => Plan.PurgeClients.Count > 0 && request.MethodText.SequenceEqual("PURGE"u8);

    /// <summary>Whether a URL may have several keys, besides what responses vary by.</summary>
    public bool HasSeveralKeys(Exchange exchange) => _keyHeaders.Length > 0 || Plan.SliceBytes > 0 || exchange.Snapshot.Plan.Forwarded.TrustedProxies.Count > 0;

    /// <summary>Whether a client may ask so.</summary>
    public bool MayPurge(IpAddress client)
    {
        foreach (IpRange range in Plan.PurgeClients.Span)
        {
            if (range.Contains(client))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the operator wants a request not to be answered from the cache.</summary>
    public bool Bypasses(Exchange exchange) => _bypass is not null && Holds(_bypass, exchange);

    /// <summary>Whether the operator wants the response to a request not to be stored.</summary>
    public bool IsNotStored(Exchange exchange) => _noStore is not null && Holds(_noStore, exchange);

    /// <summary>
    /// Whether others may wait for what is fetched for a request: not where its response is its own, because it isn't to be stored, or because of who the client says it is.
    /// </summary>
    /// <param name="exchange">The request.</param>
    /// <param name="mayStore">Not <see cref="IsNotStored"/>.</param>
    public static bool MayLead(Exchange exchange, bool mayStore) => mayStore && !RequestDirectives.Read(exchange.Request.Fields).NoStore && !SaysWho(exchange);

    /// <summary>Whether a client says who it is: by <c>Authorization</c>, or a certificate (RFC 9111, section 3.5).</summary>
    public static bool SaysWho(Exchange exchange) => exchange.Request.Fields.Contains(KnownField.Authorization) || exchange.ClientTls?.Certificate is not null;

    /// <summary>
    /// Writes what tells a request from others: the URL, canonical, which purging compares with, and behind it, each after a zero, what else makes a
    /// difference: the route, the host that a trusted proxy tells servers of if that is another one, and the headers that the operator has named. None of these can hold a zero.
    /// </summary>
    public void WriteKey(ref HeadWriter writer, Exchange exchange, ReadOnlySpan<byte> path, bool hasQuery, ReadOnlySpan<byte> query)
    {
        RequestHead request = exchange.Request;
        writer.Append(SchemeOf(exchange));
        writer.Append("://"u8);
        writer.Append(request.Authority);
        if (Plan.Key is { } template)
        {
            // Whatever it begins with, it must not go on with the host.
            writer.Append(_needsSlash ? "/"u8 : default);
            template.Write(ref writer, exchange, Templates.TemplateEncoding.Header);
        }
        else
        {
            writer.Append(path);
            if (hasQuery)
            {
                writer.Append("?"u8);
                writer.Append(query);
            }
        }

        writer.Append("\0"u8);
        writer.Append(_routeName);
        ReadOnlySpan<byte> told = ForwardedFor.HostOf(request.Fields, exchange.PeerAddress, exchange.Snapshot.Plan.Forwarded.TrustedProxies);
        if (!told.IsEmpty && !told.SequenceEqual(request.Authority))
        {
            writer.Append([StoredKey.ToldHostMark]);
            writer.Append(told);
        }

        foreach (byte[] name in _keyHeaders)
        {
            writer.Append("\0"u8);
            AppendValues(ref writer, request.Fields, name);
        }
    }

    /// <summary>
    /// Takes out of a request what could make a server answer otherwise than the key says: that is how caches are poisoned (RFC 9111, section 7.1). What every
    /// client sends stays, and what the operator has named.
    /// </summary>
    /// <param name="fields">Of the request.</param>
    /// <param name="learned">Names of further fields that the key has: in lower case, with commas between them.</param>
    public void RemoveUnkeyed(FieldTable fields, ReadOnlySpan<byte> learned)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            bool passes = Passes(fields[i].Known, fields.Name(i)) || VaryNames.Contain(learned, fields.Name(i));
            if (KeyedFields.IsOfOneRequest(fields[i].Known) || !passes)
            {
                fields.SetFlags(i, fields[i].Flags | FieldFlags.Replaced);
            }
        }
    }

    /// <summary>Takes those out of a list of fields that servers get anyway, or never.</summary>
    /// <param name="names">In lower case, with commas between them.</param>
    /// <returns>What is left; empty mostly.</returns>
    public byte[] UnkeyedOf(ReadOnlySpan<byte> names)
    {
        var left = new ArrayBufferWriter<byte>(VaryKey.NameBytesMax);
        foreach (ReadOnlySpan<byte> name in new ListElements(names))
        {
            KnownField known = KnownFields.Find(name);
            if (!Passes(known, name) && !KeyedFields.IsOfOneRequest(known))
            {
                left.Write(left.WrittenCount == 0 ? default : ","u8);
                left.Write(name);
            }
        }

        return left.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Whether a request has a header of the key that servers don't get from it: by naming it in <c>Connection</c> a client could have stored under a value what the
    /// server has answered to none.
    /// </summary>
    public bool IsKeyDistorted(FieldTable fields)
    {
        foreach (byte[] name in _keyHeaders)
        {
            for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
            {
                if ((fields[i].Flags & (FieldFlags.HopByHop | FieldFlags.Underscore)) != 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The scheme that the client used.</summary>
    internal static ReadOnlySpan<byte> SchemeOf(Exchange exchange) => ((Templates.ITemplateSource)exchange).Scheme;

    private bool Passes(KnownField known, ReadOnlySpan<byte> name) =>
        KeyedFields.Pass(known, name) || Plan.TrustsAllHeaders || IsNamed(_keyHeaders, name) || IsNamed(_trustedHeaders, name);

    private static bool IsNamed(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (byte[] candidate in names)
        {
            if (Ascii.EqualsIgnoreCase(candidate, name))
            {
                return true;
            }
        }

        return false;
    }

    private static StoreOptions StoreOptionsOf(CachePlan plan)
    {
        StatusLifetimes? valid = plan.Valid.Count == 0 ? null : new StatusLifetimes();
        foreach (StatusLifetime lifetime in plan.Valid.Where(lifetime => lifetime.Statuses.From == lifetime.Statuses.To))
        {
            valid!.Set(lifetime.Statuses.From, lifetime.Seconds);
        }

        foreach (StatusLifetime lifetime in plan.Valid.Where(lifetime => lifetime.Statuses.From != lifetime.Statuses.To))
        {
            valid!.SetOthers(lifetime.Statuses.From, lifetime.Statuses.To, lifetime.Seconds);
        }

        return new StoreOptions
        {
            Valid = valid,
            Ignored = (IgnoredFields)(plan.Ignore & ~CacheIgnored.SetCookie),
            Cookies = (plan.Ignore & CacheIgnored.SetCookie) != 0 ? CookieRule.Strip : CookieRule.Refuse,
            StaleWhileRevalidate = plan.StaleWhileRevalidateSeconds,
            StaleIfError = plan.StaleIfErrorSeconds,
        };
    }

    // No line at all is something else than an empty one.
    private static void AppendValues(ref HeadWriter writer, FieldTable fields, ReadOnlySpan<byte> name)
    {
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            writer.Append(","u8);
            writer.Append(fields.Value(i));
        }
    }

    private static bool Holds(Condition condition, Exchange exchange)
    {
        var input = new RouteInput
        {
            Request = exchange.Request,
            ClientAddress = exchange.ClientAddress,
            IsHttps = SchemeOf(exchange).SequenceEqual("https"u8),
            Sni = exchange.ClientTls is { } client ? client.Choice.ServerNameUtf8 : default,
            Listener = exchange.Listener.Plan,
            Sample = Random.Shared.Next(RouteInput.SampleCount),
        };
        return condition.Matches(input);
    }
}
