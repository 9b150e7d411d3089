using System.Net.Http.Headers;
using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>
/// Requests to one issuer and what came back: signing, nonces, limits on size, content types and time. Any thread.
/// </summary>
/// <remarks>
/// Time limits on requests are the real clock's, even where a test drives the time: they are about a peer that doesn't answer.
/// </remarks>
internal sealed class AcmeTransport : IDisposable
{
    /// <summary>The content type of objects.</summary>
    public const string Json = "application/json";

    /// <summary>The content type of certificates (RFC 8555, section 9.1).</summary>
    public const string Chain = "application/pem-certificate-chain";

    // A chain of ten certificates with RSA-4096 is 25 KB; no object comes near it.
    private const int ContentBytesMax = 512 * 1024;

    // Section 6.5 lets a client retry as often as it likes; an issuer that refuses four fresh nonces in a row is ill.
    private const int BadNonceRetriesMax = 3;

    private readonly HttpClient _http;
    private readonly NoncePool _nonces = new();
    private readonly TimeProvider _time;

    public AcmeTransport(HttpMessageHandler handler, TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(handler) { Timeout = timeout, MaxResponseContentBufferSize = ContentBytesMax };

        // Section 6.1: clients MUST send a User-Agent.
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sluice", typeof(AcmeTransport).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>Where nonces come from (section 7.2); known once the directory was read.</summary>
    public Uri? NewNonceUri { get; set; }

    /// <summary>An ordinary GET: the directory and renewal information only.</summary>
    /// <exception cref="AcmeException">It failed.</exception>
    public async Task<AcmeAnswer> GetAsync(Uri uri, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using HttpResponseMessage response = await SendAsync(request, ct);
        return await ReadAsync(response, uri, Json, ct);
    }

    /// <summary>A signed POST. A refused nonce is replaced, up to three times.</summary>
    /// <exception cref="AcmeException">It failed.</exception>
    public async Task<AcmeAnswer> PostAsync(
        AcmeAccountKey key, Uri? accountUri, Uri uri, ReadOnlyMemory<byte> payload, string contentType, CancellationToken ct)
    {
        for (int retries = 0; ; retries++)
        {
            string nonce = _nonces.TryTake(out string kept) ? kept : await FetchNonceAsync(ct);
            using var request = new HttpRequestMessage(HttpMethod.Post, uri)
            {
                Content = new ByteArrayContent(JsonWebSignature.Sign(key, accountUri, nonce, uri, payload.Span)),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(contentType));
            using HttpResponseMessage response = await SendAsync(request, ct);
            try
            {
                return await ReadAsync(response, uri, contentType, ct);
            }
            catch (AcmeException exception) when (exception.Type == AcmeProblem.BadNonce && retries < BadNonceRetriesMax)
            {
                // The one that came with the refusal is fresh, and the next to be taken.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string> FetchNonceAsync(CancellationToken ct)
    {
        Uri uri = NewNonceUri ?? throw new InvalidOperationException("the directory was not read yet");
        using var request = new HttpRequestMessage(HttpMethod.Head, uri);
        using HttpResponseMessage response = await SendAsync(request, ct);
        if (_nonces.TryTake(out string nonce))
        {
            return nonce;
        }

        throw new AcmeException($"{uri.Host}: no nonce came (status {(int)response.StatusCode}).")
        {
            Status = (int)response.StatusCode,
            RetryAfter = HeaderReader.RetryAfter(response.Headers.RetryAfter, _time.GetUtcNow()),
        };
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        Uri uri = request.RequestUri!;
        try
        {
            HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, ct);
            KeepNonce(response);
            return response;
        }
        catch (HttpRequestException exception)
        {
            string reason = exception.InnerException?.Message ?? exception.Message;
            throw new AcmeException($"{uri.Authority} did not answer: {reason}", exception);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new AcmeException($"{uri.Authority} did not answer within {_http.Timeout.TotalSeconds:0.#} s.", exception);
        }
    }

    private void KeepNonce(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("Replay-Nonce", out IEnumerable<string>? values))
        {
            _nonces.Add(values.First());
        }
    }

    private async Task<AcmeAnswer> ReadAsync(HttpResponseMessage response, Uri uri, string contentType, CancellationToken ct)
    {
        byte[] content = await response.Content.ReadAsByteArrayAsync(ct);
        TimeSpan? retryAfter = HeaderReader.RetryAfter(response.Headers.RetryAfter, _time.GetUtcNow());
        string actualType = response.Content.Headers.ContentType?.MediaType ?? "";
        if ((int)response.StatusCode is not (200 or 201))
        {
            throw ReadProblem(content, actualType, uri, (int)response.StatusCode, retryAfter);
        }

        if (!actualType.Equals(contentType, StringComparison.OrdinalIgnoreCase))
        {
            throw new AcmeException($"{uri.Authority}: the answer is \"{actualType}\" instead of {contentType} ({uri.AbsolutePath}).");
        }

        IEnumerable<string> links = response.Headers.TryGetValues("Link", out IEnumerable<string>? values) ? values : [];
        return new AcmeAnswer(
            uri, (int)response.StatusCode, content, AbsoluteLocation(response, uri), retryAfter, HeaderReader.Alternates(links, uri));
    }

    private static Uri? AbsoluteLocation(HttpResponseMessage response, Uri uri) =>
        response.Headers.Location is { } location ? new Uri(uri, location) : null;

    private static AcmeException ReadProblem(byte[] content, string contentType, Uri uri, int status, TimeSpan? retryAfter)
    {
        if (contentType is "application/problem+json" or Json)
        {
            try
            {
                return ProblemReader.Read(JsonText.Parse(content), uri.Authority, status, retryAfter);
            }
            catch (JsonException)
            {
                // Then the status is all that there is to say.
            }
        }

        return new AcmeException($"{uri.Authority}: status {status} ({uri.AbsolutePath}).") { Status = status, RetryAfter = retryAfter };
    }
}
