using Sluice.Certificates.Dns;

namespace Sluice.Certificates.Tests.Dns;

public sealed class PublisherOptionsTests
{
    private static readonly DynamicUpdateOptions Update = new() { Server = "ns.example.com", KeyName = "key.example.com", Secret = "c2VjcmV0" };

    private static readonly HttpHookOptions Http = new() { Url = new Uri("http://hooks.example.com/dns") };

    public static TheoryData<string, DynamicUpdateOptions> BadUpdates => new()
    {
        { "hmac-sha1 is too weak; use hmac-sha256, hmac-sha384 or hmac-sha512", Update with { KeyAlgorithm = "hmac-SHA1" } },
        { "hmac-md5 is too weak; use hmac-sha256, hmac-sha384 or hmac-sha512", Update with { KeyAlgorithm = "hmac-md5" } },
        { "the algorithm of the key is hmac-sha256, hmac-sha384 or hmac-sha512; not `sha256`", Update with { KeyAlgorithm = "sha256" } },
        { "the secret of the key is not base64", Update with { Secret = "se cret!" } },
        { "the secret of the key is not base64", Update with { Secret = "" } },
        { "the name of the key is not a domain name: `my key`", Update with { KeyName = "my key" } },
        { "`ns:x` is not a name server (such as ns.example.com or 192.0.2.1:5353)", Update with { Server = "ns:x" } },
        { "`` is not a name server (such as ns.example.com or 192.0.2.1:5353)", Update with { CheckServers = [""] } },
        { "`a..b` is not the name of a zone", Update with { Zone = "a..b" } },
        { "the TTL is from 0 s to 24 h", Update with { Ttl = TimeSpan.FromDays(2) } },
        { "the time for propagation is more than 0 s and at most 1 h", Update with { PropagationTimeout = TimeSpan.Zero } },
    };

    public static TheoryData<string, HttpHookOptions> BadServices => new()
    {
        { "the URL is http:// or https://, and has no user, query or fragment", Http with { Url = new Uri("ftp://a/") } },
        { "the URL is http:// or https://, and has no user, query or fragment", Http with { Url = new Uri("https://user:pass@a/") } },
        { "either a token or a user, not both", Http with { BearerToken = "a", UserName = "b" } },
        { "the token has characters that no token has", Http with { BearerToken = "a\r\nb" } },
        { "a password without a user", Http with { Password = "b" } },
        { "delay and time for propagation are at most 1 h", Http with { Wait = new HookWait { Delay = TimeSpan.FromHours(2) } } },
    };

    [Theory]
    [MemberData(nameof(BadUpdates))]
    public void DynamicUpdateOptions_Wrong_SayWhy(string problem, DynamicUpdateOptions options)
    {
        Assert.Equal([problem], options.FindProblems());
        Assert.Throws<ArgumentException>(() => new DynamicUpdatePublisher(options, TimeProvider.System));
    }

    [Theory]
    [MemberData(nameof(BadServices))]
    public void HttpHookOptions_Wrong_SayWhy(string problem, HttpHookOptions options)
    {
        Assert.Equal([problem], options.FindProblems());
        Assert.Throws<ArgumentException>(() => new HttpPublisher(options, TimeProvider.System));
    }

    [Fact]
    public void ExecOptions_Wrong_SayWhy()
    {
        var options = new ExecOptions { Program = "update-dns", TimeLimit = TimeSpan.Zero, Wait = new HookWait { Servers = ["?"] } };

        Assert.Equal(
            [
                "`?` is not a name server (such as 192.0.2.1:53)",
                "the program is given by its whole path; `update-dns` is not one",
                "the time limit is more than 0 s and at most 1 h",
            ],
            options.FindProblems());
        Assert.Throws<ArgumentException>(() => new ExecPublisher(options, TimeProvider.System));
    }

    [Fact]
    public void Options_Printed_HaveNoSecrets()
    {
        var exec = new ExecOptions { Program = "/bin/true", Environment = new Dictionary<string, string> { ["TOKEN"] = "secret" } };
        string[] printed = [$"{Update}", $"{Http with { UserName = "user", Password = "secret" }}", $"{exec}"];

        Assert.Equal(["key key.example.com (hmac-sha256) at ns.example.com", "http://hooks.example.com/dns", "/bin/true"], printed);
    }
}
