using System.Text.RegularExpressions;

namespace Sluice.Config.Tests;

/// <summary>The whole configurations in the README and the pages are good; what they do is tested by the samples, which are alike.</summary>
public sealed class DocumentExampleTests
{
    [Theory]
    [InlineData("README.md", 4)]
    [InlineData("docs/how-to/automatic-certificates.md", 4)]
    [InlineData("docs/how-to/caching.md", 8)]
    [InlineData("docs/how-to/cors.md", 2)]
    [InlineData("docs/how-to/dns.md", 4)]
    [InlineData("docs/how-to/error-pages.md", 1)]
    [InlineData("docs/how-to/files.md", 3)]
    [InlineData("docs/how-to/http2.md", 2)]
    [InlineData("docs/how-to/maintenance.md", 1)]
    [InlineData("docs/how-to/resilience.md", 11)]
    [InlineData("docs/how-to/rewrite-and-redirect.md", 4)]
    public void Page_Examples_HaveNoFindings(string page, int count)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));
        string folder = Path.Combine(RepositoryFiles.Root, "samples", "files");
        string[] examples = [.. Regex.Matches(text, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value.Replace("./public", folder, StringComparison.Ordinal))];

        Assert.Equal(count, examples.Length);
        Assert.All(examples, example => Assert.Empty(ConfigLoader.LoadText(example, "example").Diagnostics));
    }

    [Theory]
    [InlineData("docs/how-to/client-certificates.md", 1)]
    [InlineData("docs/how-to/tls.md", 2)]
    public void Page_ExamplesWithCertificates_HaveNoFindings(string page, int count)
    {
        string samples = Path.Combine(RepositoryFiles.Root, "samples", "certificates");
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));
        string[] examples = [.. Regex.Matches(text, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => Regex.Replace(
            match.Groups[1].Value,
            @"[\w./-]+\.(pem|key|crl)|\./certs",
            file => Path.Combine(samples, NameOf(file.Value))))];

        Assert.Equal(count, examples.Length);
        Assert.All(examples, example => Assert.DoesNotContain(ConfigLoader.LoadText(example, "example").Diagnostics, finding => finding.IsError));
    }

    // The file among those of the samples that can stand in for one of a page.
    private static string NameOf(string file) => Path.GetFileName(file) switch
    {
        "certs" => Path.Combine(RepositoryFiles.Root, "tests", "Sluice.Config.Tests", "Certificates", "folder"),
        "proxy.pem" => "client.pem",
        "proxy.key" => "client.key",
        "site.pem" or "site.key" => Path.GetFileName(file),
        var name when name.EndsWith(".crl", StringComparison.Ordinal) => Path.Combine(RepositoryFiles.Root, "tests", "Sluice.Config.Tests", "Certificates", "root.crl"),
        _ => "authority.pem",
    };
}
