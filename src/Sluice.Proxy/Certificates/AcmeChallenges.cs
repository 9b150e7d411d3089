using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Certificates;

/// <summary>Answers challenges of certificate authorities (RFC 8555, section 8.3) before any route has a say: a redirect of everything doesn't hinder them.</summary>
/// <remarks>A token that nobody here has asked for goes to the routes, so that a program behind the proxy may obtain certificates of its own.</remarks>
internal sealed class AcmeChallenges(Worker worker, RequestPipeline pipeline)
{
    private const int TokenBytesMax = 128;
    private const int FindTimeoutMs = 2_000;

    // RFC 8555, section 8.3: the alphabet of base64url.
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"u8);

    private static ReadOnlySpan<byte> Prefix => "/.well-known/acme-challenge/"u8;

    /// <summary>Whether a request looks like one of an authority.</summary>
    public static bool IsAsked(RequestHead request) =>
        request.Path.StartsWith(Prefix) && request.Method is RequestMethod.Get or RequestMethod.Head && !TokenOf(request).IsEmpty;

    /// <summary>Answers it, or lets the routes have it.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask RunAsync(Exchange exchange)
    {
        InstalledCertificates certificates = worker.Certificates;
        string token = Encoding.ASCII.GetString(TokenOf(exchange.Request));
        byte[]? answer = certificates.HttpChallengeOf(token);
        if (answer is null && certificates.FindHttpChallenge is { } find)
        {
            answer = await FindAsync(find, token);
        }

        if (answer is null)
        {
            await pipeline.RouteAsync(exchange);
            return;
        }

        await exchange.Client.SendPreparedAsync(exchange, PreparedResponse.Create(
            new RespondAction(200, [new("content-type", "text/plain"), new("cache-control", "no-store")], [.. answer])));
    }

    private static ReadOnlySpan<byte> TokenOf(RequestHead request)
    {
        ReadOnlySpan<byte> token = request.Path.StartsWith(Prefix) ? request.Path[Prefix.Length..] : default;
        return token.Length > TokenBytesMax || token.ContainsAnyExcept(TokenBytes) ? default : token;
    }

    private static async Task<byte[]?> FindAsync(Func<string, CancellationToken, Task<string?>> find, string token)
    {
        using var timeout = new CancellationTokenSource(FindTimeoutMs);
        try
        {
            string? text = await Task.Run(() => find(token, timeout.Token), timeout.Token).WaitAsync(timeout.Token);
            return text is null ? null : Encoding.ASCII.GetBytes(text);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
