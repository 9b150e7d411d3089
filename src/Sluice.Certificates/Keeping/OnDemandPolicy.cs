using System.Collections.Concurrent;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// Who may have a certificate on demand: names that are names, that the ask URL allows, and not too many. Handshakes of strangers lead here, so
/// answers are kept for a short time, questions on their way are few, and what is kept is bounded. Any thread.
/// </summary>
internal sealed class OnDemandPolicy : IDisposable
{
    private const int NameCharsMax = 253;
    private const int LabelCharsMax = 63;
    private static readonly string[] LocalSuffixes = [".localhost", ".internal", ".local", ".home.arpa"];
    private readonly WorkClock _clock;
    private readonly KeeperLimits _limits;
    private readonly HttpClient _http;
    private readonly RateWindow _orders;
    private readonly ConcurrentDictionary<string, Kept> _answers = new();
    private int _askingCount;

    public OnDemandPolicy(OnDemandPlan plan, WorkClock clock, KeeperLimits limits)
    {
        Plan = plan;
        _clock = clock;
        _limits = limits;
        _orders = new RateWindow(clock, plan.RateMax, plan.RateWindow);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = limits.AskTimeout, UseProxy = false })
        {
            Timeout = limits.AskTimeout,
            MaxResponseContentBufferSize = 64 * 1024,
        };
    }

    /// <summary>What it was made for.</summary>
    public OnDemandPlan Plan { get; }

    /// <summary>Whether an issuer could sign for a name: one with at least two labels, in lower case and ASCII, not local, no wildcard.</summary>
    public static bool IsName(string name)
    {
        string[] labels = name.Split('.');
        return name.Length <= NameCharsMax
            && labels.Length >= 2
            && labels.All(IsLabel)
            && !labels[^1].All(char.IsAsciiDigit)
            && !LocalSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
    }

    /// <summary>Asks about a name, unless an answer is still good.</summary>
    public async Task<AskAnswer> AskAsync(string name, CancellationToken ct)
    {
        if (_answers.TryGetValue(name, out Kept? kept) && _clock.Now < kept.Until)
        {
            return kept.Answer;
        }

        try
        {
            if (Interlocked.Increment(ref _askingCount) > _limits.AsksAtOnce)
            {
                return AskAnswer.Unanswered;
            }

            AskAnswer answer = await SendAsync(name, ct);
            Keep(name, answer);
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _askingCount);
        }
    }

    /// <summary>Counts an order, unless there were too many.</summary>
    public bool TryOrder() => _orders.TryTake(out _);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelCharsMax
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');

    private async Task<AskAnswer> SendAsync(string name, CancellationToken ct)
    {
        var uri = new UriBuilder(Plan.AskUri);
        uri.Query = $"{(uri.Query.Length > 1 ? $"{uri.Query[1..]}&" : "")}domain={Uri.EscapeDataString(name)}";
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(uri.Uri, HttpCompletionOption.ResponseHeadersRead, ct);
            int status = (int)response.StatusCode;
            return status == 200 ? AskAnswer.Allowed : status < 500 ? AskAnswer.Refused : AskAnswer.Unanswered;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return AskAnswer.Unanswered;
        }
    }

    private void Keep(string name, AskAnswer answer)
    {
        if (_answers.Count >= _limits.AnswersMax)
        {
            // A flood of names: what is forgotten is asked again, at most so many at once.
            _answers.Clear();
        }

        TimeSpan duration = answer == AskAnswer.Allowed ? _limits.AllowedFor : _limits.RefusedFor;
        _answers[name] = new Kept(answer, _clock.Now + duration);
    }

    private sealed record Kept(AskAnswer Answer, DateTimeOffset Until);
}
