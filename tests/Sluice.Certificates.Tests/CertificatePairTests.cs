namespace Sluice.Certificates.Tests;

public class CertificatePairTests
{
    [Fact]
    public void ToString_NamesAndValidity_WithoutKey()
    {
        var pair = new CertificatePair(["a.example", "*.b.example"], "certificate", "secret", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        Assert.Equal("a.example, *.b.example until 1970-01-01 00:00:00Z", pair.ToString());
    }
}
