using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests;

/// <summary>docs/reference/errors.md is written from the tables; <c>SLUICE_UPDATE_DOCS=1</c> writes it anew.</summary>
public sealed class ErrorsPageTests
{
    [Fact]
    public void ErrorsPage_ComparedWithTheTables_IsUpToDate()
    {
        string page = Path.Combine(RepositoryRoot(), "docs", "reference", "errors.md");
        string expected = Render();
        if (Environment.GetEnvironmentVariable("SLUICE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(page, expected);
        }

        Assert.Equal(expected, File.ReadAllText(page));
    }

    [Fact]
    public void Names_OfErrorsAndRules_AreUniqueAndSnakeCase()
    {
        string[] names = [.. ProxyErrors.All.Select(code => ProxyErrors.Get(code).Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", name));

        string[] rules = [.. Rules().Select(violation => Violations.Get(violation).Name)];
        Assert.Equal(rules.Length, rules.Distinct().Count());
        Assert.All(rules, name => Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", name));
    }

    private static IEnumerable<Violation> Rules() => Enum.GetValues<Violation>().Where(violation => violation != Violation.None);

    private static string Render()
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Errors

            Written from the tables in the code (`ProxyErrors`, `Violations`); a test keeps it so.

            ## Reasons

            The word in `error` of a log line. *Status* is what the client gets if the response has not begun; 499 is logged where nobody is left to
            answer. *Again* says when a request is sent to a server once more: `never`; `nothing sent` to another server, for every method;
            `if reused` once, on a fresh connection, when the connection had been used before and nothing was sent or the request is idempotent; `if refused`
            a few times, for every method, because the server has said that it did nothing; `if asked`, and after a reset of a fresh connection, where `retries` says so.

            *gRPC* is the `grpc-status` for a call of gRPC or gRPC-Web, which gets it in place of a status, with 200
            ([statuscodes.md](https://github.com/grpc/grpc/blob/master/doc/statuscodes.md)). A `bad_request` whose rule has the status 413, 414 or 431 is an 8, one with 501 a 12.

            | error | side | stage | status | gRPC | again | what happened |
            |---|---|---|---|---|---|---|

            """);
        foreach (ProxyErrorCode code in ProxyErrors.All)
        {
            ProxyErrorInfo info = ProxyErrors.Get(code);
            string grpc = GrpcStatuses.Of(code) is { } status ? $"{(int)status}" : "-";
            string again = info.Retry switch
            {
                RetryRule.Never => "never",
                RetryRule.NothingSent => "nothing sent",
                RetryRule.IfReused => "if reused",
                RetryRule.IfAsked => "if asked",
                _ => "if refused",
            };
            page.Append($"| `{info.Name}` | {info.Side.ToString().ToLowerInvariant()} | {info.Stage.ToString().ToLowerInvariant()} | {(info.Status == 0 ? "-" : info.Status)} | {grpc} | {again} | {info.Text} |\n");
        }

        page.Append(
            """

            ## Rules of HTTP

            The word in `detail`, with `bad_request`, `request_body_invalid`, `response_invalid` and `response_body_invalid`. *Status* is the answer to a
            client that broke the rule; a server that breaks one always gives 502.

            | detail | status | what is wrong | source |
            |---|---|---|---|

            """);
        foreach (ViolationInfo info in Rules().Select(Violations.Get))
        {
            page.Append($"| `{info.Name}` | {info.Status} | {info.Text} | {info.Source} |\n");
        }

        return page.ToString();
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
