using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sluice.Certificates.Dns.Hooks;
using Sluice.Certificates.Programs;

namespace Sluice.Certificates.Dns;

/// <summary>
/// Has a service put records into the DNS: <c>POST URL/present</c> or <c>URL/cleanup</c> with <c>{"fqdn": NAME, "value": VALUE}</c>, the name with
/// its final dot: what services for the <c>httpreq</c> provider of lego expect. Any status of 2xx means that it is done. Any thread.
/// </summary>
public sealed class HttpPublisher : IDnsPublisher, IDisposable
{
    private const int ResponseBytesMax = 16 * 1_024;

    private readonly HttpHookOptions _options;
    private readonly HttpClient _client;
    private readonly HookVisibility _visibility;

    /// <summary>Makes one; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong: see <see cref="HttpHookOptions.FindProblems"/>.</exception>
    public HttpPublisher(HttpHookOptions options, TimeProvider time)
    {
        IReadOnlyList<string> problems = options.FindProblems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        _options = options;
        _visibility = new HookVisibility(options.Wait, time);

        // A redirection would take the credentials elsewhere.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = options.TimeLimit,
            MaxResponseContentBufferSize = ResponseBytesMax,
        };
    }

    /// <inheritdoc/>
    public async Task PublishAsync(string name, string value, CancellationToken ct)
    {
        await PostAsync("present", name, value, ct);
        await _visibility.WaitAsync(name, value, ct);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string name, string value, CancellationToken ct) => PostAsync("cleanup", name, value, ct);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task PostAsync(string action, string name, string value, CancellationToken ct)
    {
        var url = new Uri($"{_options.Url.AbsoluteUri.TrimEnd('/')}/{action}");
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(WriteBody(name, value), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = Credentials();
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, ct);
            if (!response.IsSuccessStatusCode)
            {
                string said = SecretText.Clean(await response.Content.ReadAsStringAsync(ct), [_options.BearerToken, _options.Password, request.Headers.Authorization?.Parameter]);
                throw new CertificateException($"{url} answered {(int)response.StatusCode} for {name}{(said.Length > 0 ? $": {said}" : "")}");
            }
        }
        catch (HttpRequestException exception)
        {
            throw new CertificateException($"{url} can't be called for {name}: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new CertificateException($"{url} didn't answer for {name} within {_options.TimeLimit.TotalSeconds:0.#} s", exception);
        }
    }

    private AuthenticationHeaderValue? Credentials() =>
        _options.BearerToken is { } token ? new AuthenticationHeaderValue("Bearer", token)
        : _options.UserName is { } user
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{_options.Password}")))
            : null;

    private static string WriteBody(string name, string value)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("fqdn", name + ".");
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
