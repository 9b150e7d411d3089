using Xunit;

namespace Sluice.Tidy.Documents;

public sealed class DecisionRuleTests
{
    private const string Dated = "# Epoll\n\n2026-11-21\n";

    [Theory]
    [InlineData("0001-epoll.md", "0002-openssl.md", Dated, 0)]
    [InlineData("0001-epoll.md", "0003-openssl.md", Dated, 1)]
    [InlineData("0001-epoll.md", "0001-openssl.md", Dated, 1)]
    [InlineData("0002-epoll.md", "0003-openssl.md", Dated, 1)]
    [InlineData("0001-epoll.md", "2-openssl.md", Dated, 1)]
    [InlineData("0001-epoll.md", "0002-OpenSSL.md", Dated, 1)]
    [InlineData("0001-epoll.md", "0002-openssl.md", "# Epoll\n", 2)]
    [InlineData("0001-epoll.md", "0002-openssl.md", "# Epoll\n\n2026-13-41\n", 2)]
    [InlineData("0001-epoll.md", "0002-openssl.md", "\n\n\n\n\n\n\n\n\n\n2026-11-21\n", 2)]
    [InlineData("0001-epoll.md", "README.md", Dated, 0)]
    public void Decision_NumberOrDateMissing_IsViolation(string first, string second, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new DecisionRule(), ("docs/decisions/" + first, text), ("docs/decisions/" + second, text)).Count);
    }
}
