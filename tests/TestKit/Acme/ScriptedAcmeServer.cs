using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.TestKit.Web;

namespace Sluice.TestKit.Acme;

/// <summary>
/// An ACME issuer (RFC 8555, RFC 9773, profiles) that does what a test wants, wrong things too, and remembers what it was asked. It checks
/// signatures, nonces and URLs; it looks at challenges only through <see cref="Validate"/>. Any thread.
/// </summary>
public sealed class ScriptedAcmeServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly SmallWebServer _web;
    private readonly ScriptedAuthority _authority = new();
    private readonly ScriptedAuthority _otherAuthority = new();
    private readonly HashSet<string> _nonces = [];
    private readonly Dictionary<string, JsonElement> _accounts = [];
    private readonly Dictionary<string, ScriptedOrder> _orders = [];
    private readonly Dictionary<string, Queue<AcmeFault>> _faults = [];
    private readonly List<AcmeRequest> _requests = [];

    private ScriptedAcmeServer(TimeProvider time)
    {
        _time = time;
        _web = SmallWebServer.Start(AnswerAsync);
    }

    /// <summary>The directory; over plain HTTP.</summary>
    public Uri DirectoryUri => new($"{Origin}/directory");

    /// <summary>How long certificates live.</summary>
    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromDays(90);

    /// <summary>The kinds of challenges it offers.</summary>
    public IReadOnlyList<string> ChallengeTypes { get; set; } = ["http-01", "tls-alpn-01", "dns-01"];

    /// <summary>Looks at a challenge; a fault makes the authorization invalid, null valid.</summary>
    public Func<ScriptedChallenge, AcmeFault?> Validate { get; set; } = _ => null;

    /// <summary>How often an authorization is said to be pending before it is what it will be.</summary>
    public int PendingPolls { get; set; }

    /// <summary>The profiles in the directory.</summary>
    public IReadOnlyList<string> Profiles { get; set; } = [];

    /// <summary>The window of a certificate by its identifier; null means that there is no renewal information at all.</summary>
    public Func<string, (DateTimeOffset Start, DateTimeOffset End)>? RenewalWindow { get; set; }

    /// <summary>The Retry-After of renewal information.</summary>
    public TimeSpan RenewalRetryAfter { get; set; } = TimeSpan.FromHours(6);

    /// <summary>The external account that is required: key identifier and shared key; null for none.</summary>
    public (string KeyId, byte[] Secret)? ExternalAccount { get; set; }

    /// <summary>Whether chains have an intermediate that signed nothing.</summary>
    public bool HasWrongChain { get; set; }

    /// <summary>Whether an order that says what it replaces is refused, as if another order had said so before.</summary>
    public bool RefusesReplacing { get; set; }

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<AcmeRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>How many certificates it issued.</summary>
    public int IssuedCount { get; private set; }

    private string Origin => $"http://127.0.0.1:{_web.Port}";

    /// <summary>Starts one.</summary>
    public static ScriptedAcmeServer Start(TimeProvider time) => new(time);

    /// <summary>Lets the next requests for something fail.</summary>
    public void Fail(string resource, AcmeFault fault, int count = 1)
    {
        lock (_lock)
        {
            Queue<AcmeFault> faults = _faults.TryGetValue(resource, out Queue<AcmeFault>? found) ? found : _faults[resource] = new Queue<AcmeFault>();
            for (int added = 0; added < count; added++)
            {
                faults.Enqueue(fault);
            }
        }
    }

    /// <summary>Lets everything go well from now on.</summary>
    public void Recover()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    /// <summary>Loses every account.</summary>
    public void ForgetAccounts()
    {
        lock (_lock)
        {
            _accounts.Clear();
        }
    }

    /// <summary>How often something was asked.</summary>
    public int Count(string resource) => Requests.Count(request => request.Resource == resource);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _authority.Dispose();
        _otherAuthority.Dispose();
    }

    private Task<SmallResponse> AnswerAsync(SmallRequest request)
    {
        lock (_lock)
        {
            string[] path = request.Target.Trim('/').Split('/', 2);
            string resource = path[0];
            string id = path.ElementAtOrDefault(1) ?? "";
            SignedRequest? signed = request.Method == "POST" ? SignedRequest.Read(request.Content) : null;
            _requests.Add(new AcmeRequest(resource, id, _time.GetUtcNow(), signed?.Payload ?? default, signed?.KeyId));
            SmallResponse response = TakeFault(resource)
                ?? (signed is null ? AnswerUnsigned(resource, id) : Check(request, signed) ?? AnswerSigned(resource, id, signed));
            return Task.FromResult(response.With("Replay-Nonce", NewNonce()).With("Cache-Control", "no-store"));
        }
    }

    private SmallResponse? TakeFault(string resource) =>
        _faults.TryGetValue(resource, out Queue<AcmeFault>? faults) && faults.TryDequeue(out AcmeFault? fault) ? Problem(fault) : null;

    private SmallResponse AnswerUnsigned(string resource, string id) => resource switch
    {
        "directory" => Json(200, Directory()),
        "newNonce" => new SmallResponse(200, "", []),
        "renewalInfo" when RenewalWindow is { } find => Json(200, Window(find(id)))
            .With("Retry-After", ((int)RenewalRetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        _ => Problem(new AcmeFault(404, "malformed", "there is no such resource")),
    };

    private SmallResponse AnswerSigned(string resource, string id, SignedRequest signed) => resource switch
    {
        "newAccount" => NewAccount(signed),
        "account" => Json(200, new JsonObject { ["status"] = "valid" }),
        "newOrder" => NewOrder(signed),
        "order" => OrderAnswer(200, _orders[id]),
        "authz" => Authorization(_orders[id], signed),
        "challenge" => BeginValidation(_orders[id.Split('/')[0]], id.Split('/')[1]),
        "finalize" => Finalize(_orders[id], signed),
        "cert" => Download(_orders[id.Split('/')[0]], id.Split('/').ElementAtOrDefault(1)),
        _ => Problem(new AcmeFault(404, "malformed", "there is no such resource")),
    };

    private SmallResponse? Check(SmallRequest request, SignedRequest signed)
    {
        string nonce = SignedRequest.Text(signed.Header, "nonce") ?? "";
        if (!_nonces.Remove(nonce))
        {
            return Problem(new AcmeFault(400, "badNonce", "the nonce is unknown"));
        }

        if (SignedRequest.Text(signed.Header, "url") != $"{Origin}{request.Target}"
            || request.Headers.GetValueOrDefault("Content-Type") != "application/jose+json"
            || !request.Headers.ContainsKey("User-Agent"))
        {
            return Problem(new AcmeFault(400, "malformed", "the request is not as section 6 says"));
        }

        JsonElement key;
        if (signed.KeyId is { } account)
        {
            if (!_accounts.TryGetValue(account, out key))
            {
                return Problem(new AcmeFault(400, "accountDoesNotExist", "there is no such account"));
            }
        }
        else
        {
            key = signed.Header.GetProperty("jwk");
        }

        return signed.IsSignedBy(key) ? null : Problem(new AcmeFault(403, "unauthorized", "the signature is wrong"));
    }

    private SmallResponse NewAccount(SignedRequest signed)
    {
        JsonElement key = signed.Header.GetProperty("jwk");
        if (ExternalAccount is { } external)
        {
            bool isBound = signed.Payload.TryGetProperty("externalAccountBinding", out JsonElement binding)
                && SignedRequest.Read(binding) is { } inner
                && inner.KeyId == external.KeyId
                && inner.IsSignedBy(external.Secret)
                && JsonElement.DeepEquals(inner.Payload, key);
            if (!isBound)
            {
                return Problem(new AcmeFault(403, "externalAccountRequired", "the binding is missing or wrong"));
            }
        }

        string uri = $"{Origin}/account/{SignedRequest.ThumbprintOf(key)}-{_accounts.Count}";
        string? known = _accounts.FirstOrDefault(account => JsonElement.DeepEquals(account.Value, key)).Key;
        _accounts[known ?? uri] = key;
        return Json(known is null ? 201 : 200, new JsonObject { ["status"] = "valid" }).With("Location", known ?? uri);
    }

    private SmallResponse NewOrder(SignedRequest signed)
    {
        JsonElement identifier = signed.Payload.GetProperty("identifiers")[0];
        if (signed.Payload.TryGetProperty("replaces", out _) && RefusesReplacing)
        {
            return Problem(new AcmeFault(409, "alreadyReplaced", "another order replaces it"));
        }

        var order = new ScriptedOrder
        {
            Id = (_orders.Count + 1).ToString(CultureInfo.InvariantCulture),
            AccountUri = signed.KeyId!,
            IdentifierType = SignedRequest.Text(identifier, "type")!,
            Name = SignedRequest.Text(identifier, "value")!,
            Token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
        };
        _orders.Add(order.Id, order);
        return OrderAnswer(201, order).With("Location", $"{Origin}/order/{order.Id}");
    }

    private SmallResponse OrderAnswer(int status, ScriptedOrder order)
    {
        var json = new JsonObject
        {
            ["status"] = order.Status,
            ["identifiers"] = new JsonArray(new JsonObject { ["type"] = order.IdentifierType, ["value"] = order.Name }),
            ["authorizations"] = new JsonArray($"{Origin}/authz/{order.Id}"),
            ["finalize"] = $"{Origin}/finalize/{order.Id}",
        };
        if (order.Status == "valid")
        {
            json["certificate"] = $"{Origin}/cert/{order.Id}";
        }

        if (order.Status == "invalid" && order.Error is { } error)
        {
            json["error"] = Document(error);
        }

        return Json(status, json);
    }

    private SmallResponse Authorization(ScriptedOrder order, SignedRequest signed)
    {
        if (signed.Payload.ValueKind == JsonValueKind.Object)
        {
            order.AuthorizationStatus = "deactivated";
        }
        else if (order.AuthorizationStatus == "pending" && order.ChallengeType.Length > 0 && order.PendingPolls-- <= 0)
        {
            Conclude(order);
        }

        var challenges = new JsonArray();
        foreach (string type in ChallengeTypes)
        {
            var challenge = new JsonObject
            {
                ["type"] = type,
                ["url"] = $"{Origin}/challenge/{order.Id}/{type}",
                ["token"] = order.Token,
                ["status"] = order.ChallengeType == type ? order.AuthorizationStatus : "pending",
            };
            if (order.ChallengeType == type && order.Error is { } error)
            {
                challenge["error"] = Document(error);
            }

            challenges.Add((JsonNode)challenge);
        }

        string name = order.Name.StartsWith("*.", StringComparison.Ordinal) ? order.Name[2..] : order.Name;
        return Json(200, new JsonObject
        {
            ["status"] = order.AuthorizationStatus,
            ["identifier"] = new JsonObject { ["type"] = order.IdentifierType, ["value"] = name },
            ["challenges"] = challenges,
        });
    }

    private SmallResponse BeginValidation(ScriptedOrder order, string type)
    {
        order.ChallengeType = type;
        order.PendingPolls = PendingPolls;
        return Json(200, new JsonObject { ["type"] = type, ["status"] = "processing", ["token"] = order.Token, ["url"] = $"{Origin}/challenge/{order.Id}/{type}" });
    }

    private void Conclude(ScriptedOrder order)
    {
        string keyAuthorization = $"{order.Token}.{SignedRequest.ThumbprintOf(_accounts[order.AccountUri])}";
        string name = order.Name.StartsWith("*.", StringComparison.Ordinal) ? order.Name[2..] : order.Name;
        order.Error = Validate(new ScriptedChallenge(order.ChallengeType, name, order.Token, keyAuthorization));
        order.AuthorizationStatus = order.Error is null ? "valid" : "invalid";
        order.Status = order.Error is null ? "ready" : "invalid";
    }

    private SmallResponse Finalize(ScriptedOrder order, SignedRequest signed)
    {
        byte[] signingRequest = Base64Url.DecodeFromChars(SignedRequest.Text(signed.Payload, "csr"));
        if (order.Status != "ready" || !ScriptedAuthority.ReadNames(signingRequest).SequenceEqual([order.Name]))
        {
            return Problem(new AcmeFault(403, "orderNotReady", "the order is not ready, or the request is for something else"));
        }

        IssuedCount++;
        order.Status = "valid";
        DateTimeOffset now = _time.GetUtcNow();
        order.Chains = _authority.Issue(signingRequest, now, now + CertificateLife);
        if (HasWrongChain)
        {
            const string End = "-----END CERTIFICATE-----\n";
            string other = _otherAuthority.Issue(signingRequest, now, now + CertificateLife)[0];
            order.Chains = [order.Chains[0].Split(End)[0] + End + other.Split(End)[1] + End];
        }

        return OrderAnswer(200, order);
    }

    private SmallResponse Download(ScriptedOrder order, string? alternate)
    {
        if (alternate is not null)
        {
            return new SmallResponse(200, "application/pem-certificate-chain", Encoding.ASCII.GetBytes(order.Chains[1]));
        }

        return new SmallResponse(200, "application/pem-certificate-chain", Encoding.ASCII.GetBytes(order.Chains[0]))
            .With("Link", $"<{Origin}/directory>;rel=\"index\"")
            .With("Link", $"<{Origin}/cert/{order.Id}/1>;rel=\"alternate\"");
    }

    private JsonObject Directory()
    {
        var meta = new JsonObject { ["externalAccountRequired"] = ExternalAccount is not null };
        if (Profiles.Count > 0)
        {
            meta["profiles"] = new JsonObject(Profiles.Select(profile => KeyValuePair.Create(profile, (JsonNode?)"a profile")));
        }

        var directory = new JsonObject
        {
            ["newNonce"] = $"{Origin}/newNonce",
            ["newAccount"] = $"{Origin}/newAccount",
            ["newOrder"] = $"{Origin}/newOrder",
            ["meta"] = meta,
        };
        if (RenewalWindow is not null)
        {
            directory["renewalInfo"] = $"{Origin}/renewalInfo";
        }

        return directory;
    }

    private static JsonObject Window((DateTimeOffset Start, DateTimeOffset End) window) =>
        new() { ["suggestedWindow"] = new JsonObject { ["start"] = window.Start, ["end"] = window.End } };

    private string NewNonce()
    {
        string nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        _nonces.Add(nonce);
        return nonce;
    }

    private static SmallResponse Json(int status, JsonObject json) =>
        new(status, "application/json", Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static SmallResponse Problem(AcmeFault fault)
    {
        SmallResponse response = fault.Type.Length == 0
            ? SmallResponse.Text(fault.Status, fault.Detail)
            : new SmallResponse(fault.Status, "application/problem+json", Encoding.UTF8.GetBytes(Document(fault).ToJsonString()));
        return fault.RetryAfter is { } retryAfter ? response.With("Retry-After", retryAfter) : response;
    }

    private static JsonObject Document(AcmeFault fault) =>
        new() { ["type"] = $"urn:ietf:params:acme:error:{fault.Type}", ["detail"] = fault.Detail, ["status"] = fault.Status };
}
