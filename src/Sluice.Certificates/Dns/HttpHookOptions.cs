namespace Sluice.Certificates.Dns;

/// <summary>A service that puts records into the DNS when it is called over HTTP.</summary>
public sealed record HttpHookOptions
{
    private static readonly TimeSpan TimeLimitMax = TimeSpan.FromHours(1);

    /// <summary>Where it is; <c>/present</c> and <c>/cleanup</c> are added to its path.</summary>
    public required Uri Url { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c> (RFC 6750); null without.</summary>
    public string? BearerToken { get; init; }

    /// <summary>The user of <c>Authorization: Basic</c> (RFC 7617); null without.</summary>
    public string? UserName { get; init; }

    /// <summary>The password that belongs to the user.</summary>
    public string? Password { get; init; }

    /// <summary>When a call is given up: up to an hour.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What to wait for afterwards.</summary>
    public HookWait Wait { get; init; } = new();

    /// <summary>Says all that is wrong with them, without secrets.</summary>
    /// <returns>Empty when they are good.</returns>
    public IReadOnlyList<string> FindProblems()
    {
        List<string> problems = [.. Wait.FindProblems()];
        bool isUrl = Url.IsAbsoluteUri && Url.Scheme is "http" or "https" && Url.UserInfo.Length == 0 && Url.Query.Length == 0 && Url.Fragment.Length == 0;
        if (!isUrl)
        {
            problems.Add("the URL is http:// or https://, and has no user, query or fragment");
        }

        if (BearerToken is not null && UserName is not null)
        {
            problems.Add("either a token or a user, not both");
        }

        if (BearerToken is { } token && (token.Length == 0 || token.Any(character => character is <= ' ' or > '~')))
        {
            problems.Add("the token has characters that no token has");
        }

        if (Password is not null && UserName is null)
        {
            problems.Add("a password without a user");
        }

        if (TimeLimit <= TimeSpan.Zero || TimeLimit > TimeLimitMax)
        {
            problems.Add("the time limit is more than 0 s and at most 1 h");
        }

        return problems;
    }

    /// <summary>Without secrets: a record would print them.</summary>
    public override string ToString() => Url.ToString();
}
