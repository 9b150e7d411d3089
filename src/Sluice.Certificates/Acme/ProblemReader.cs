using System.Text;
using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>Problem documents (RFC 7807; RFC 8555, section 6.7) as exceptions whose message an operator can act on.</summary>
internal static class ProblemReader
{
    private const int DetailCharsMax = 500;
    private const int SubproblemsMax = 20;

    /// <summary>What an answer with a problem says.</summary>
    /// <param name="problem">The document; of any type, for issuers err too.</param>
    /// <param name="source">Who says it, for the message: a host.</param>
    /// <param name="status">The answer's status; 0 when the problem stood within an object.</param>
    /// <param name="retryAfter">The answer's Retry-After.</param>
    public static AcmeException Read(JsonElement problem, string source, int status, TimeSpan? retryAfter)
    {
        string type = ShortType(problem.Text("type"));
        string detail = Clean(problem.Text("detail") ?? problem.Text("title"));
        List<AcmeSubproblem> subproblems = [.. problem.Elements("subproblems").Take(SubproblemsMax).Select(ReadSubproblem)];
        string message = $"{source}: {(type.Length > 0 ? type : $"status {status}")}{(detail.Length > 0 ? $": {detail}" : "")}";
        foreach (AcmeSubproblem subproblem in subproblems)
        {
            message += $"; {subproblem.Identifier}: {subproblem.Type}: {subproblem.Detail}";
        }

        return new AcmeException(message)
        {
            Type = type, Detail = detail, Subproblems = subproblems, RetryAfter = retryAfter, Status = status,
        };
    }

    /// <summary>The problem within an authorization or order that became invalid.</summary>
    public static AcmeException OfValidation(JsonElement? problem, string source, string fallback)
    {
        AcmeException read = problem is { } element ? Read(element, source, 0, null) : new AcmeException($"{source}: {fallback}");
        return new AcmeException(read.Message)
        {
            Type = read.Type,
            Detail = read.Detail,
            Subproblems = read.Subproblems,
            IsOfValidation = read.Type.Length == 0 || AcmeProblem.IsOfValidation(read.Type),
        };
    }

    private static AcmeSubproblem ReadSubproblem(JsonElement element) => new(
        Clean(element.Member("identifier")?.Text("value")), ShortType(element.Text("type")), Clean(element.Text("detail")));

    private static string ShortType(string? type) =>
        type is null or "about:blank" ? "" : Clean(type.StartsWith(AcmeProblem.Prefix, StringComparison.Ordinal) ? type[AcmeProblem.Prefix.Length..] : type);

    // It goes to terminals and logs: no control characters, and not without end.
    private static string Clean(string? text)
    {
        if (text is null)
        {
            return "";
        }

        var clean = new StringBuilder();
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, DetailCharsMax)))
        {
            clean.Append(char.IsControl(character) ? ' ' : character);
        }

        return clean.ToString();
    }
}
