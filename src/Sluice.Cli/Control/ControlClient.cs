using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Sluice.Admin.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Control;

/// <summary>Talks to a running instance through its control socket.</summary>
internal sealed class ControlClient : IDisposable
{
    // For a reload, and for the first answer of an instance on a machine that has no time left: it takes a second of processor time of both together.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;

    private ControlClient(string path)
    {
        Path = path;
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, stop) => ConnectAsync(path, stop) };

        // The host is for the form only: the connection is the socket.
        _client = new HttpClient(handler) { BaseAddress = new Uri("http://localhost"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The socket.</summary>
    internal string Path { get; }

    /// <summary>Finds the socket of a running instance: the one that is named, or else the first of the usual ones that answers.</summary>
    /// <param name="named">What <c>--socket</c> or the environment says; null when they say nothing.</param>
    /// <param name="problem">Which paths were tried, and what was wrong with each; empty when one was found.</param>
    internal static ControlClient? Find(string? named, out string problem)
    {
        var tried = new List<string>();
        foreach (string path in named is null ? ControlPath.Candidates : [named])
        {
            if (FindProblem(path) is not { } reason)
            {
                problem = "";
                return new ControlClient(path);
            }

            tried.Add($"{path} ({reason})");
        }

        problem = $"no running instance: tried {string.Join(", ", tried)}; name its socket with --socket PATH or {ControlPath.Variable}";
        return null;
    }

    /// <summary>Asks for a value.</summary>
    /// <exception cref="ControlException">There is no good answer.</exception>
    internal T Get<T>(string resource, JsonTypeInfo<T> type) =>
        Answer(AnswerTimeout, async stop =>
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri(resource, UriKind.Relative), stop).ConfigureAwait(false);
            return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(type, stop).ConfigureAwait(false))!;
        });

    /// <summary>Asks for something to be done.</summary>
    /// <returns>The answer, be it that it was done or that it was rejected.</returns>
    /// <exception cref="ControlException">There is no good answer.</exception>
    /// <param name="resource">What to ask.</param>
    /// <param name="type">How the answer is written.</param>
    /// <param name="timeout">How long it may take; null for 30 s.</param>
    internal T Post<T>(string resource, JsonTypeInfo<T> type, TimeSpan? timeout = null) =>
        Answer(timeout ?? AnswerTimeout, async stop =>
        {
            using HttpResponseMessage response = await _client.PostAsync(new Uri(resource, UriKind.Relative), null, stop).ConfigureAwait(false);
            if (response.StatusCode != System.Net.HttpStatusCode.UnprocessableEntity)
            {
                response.EnsureSuccessStatusCode();
            }

            return (await response.Content.ReadFromJsonAsync(type, stop).ConfigureAwait(false))!;
        });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static string? FindProblem(string path)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "left over, nobody answers",
                SocketError.AccessDenied => "permission denied",
                SocketError.AddressNotAvailable or SocketError.SocketError => "no such file",
                _ => exception.Message,
            };
        }
        catch (ArgumentException)
        {
            return "not a path of a socket";
        }
    }

    private T Answer<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> ask)
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            return ask(deadline.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new ControlException($"the instance at {Path} did not answer within {timeout.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException or NotSupportedException)
        {
            throw new ControlException($"the instance at {Path} gave no good answer: {exception.Message}");
        }
    }
}
