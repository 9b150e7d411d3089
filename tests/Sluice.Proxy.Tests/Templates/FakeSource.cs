using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Tests.Templates;

/// <summary>Values for templates: a request that was parsed, and texts that a test chooses.</summary>
internal sealed class FakeSource : ITemplateSource
{
    public FakeSource(string head)
    {
        Memory = Encoding.Latin1.GetBytes(head);
        var reader = new RequestHeadReader(Request);
        reader.Begin(0, new HeadLimits(8_192, 32_768, 100));
        if (reader.Read(Memory, Memory.Length) != ReadStatus.Done)
        {
            throw new ArgumentException($"{reader.Violation}", nameof(head));
        }
    }

    /// <summary>The head; changed behind the reader's back, it makes values that no client can send.</summary>
    public byte[] Memory { get; }

    /// <summary>What every value is that doesn't come from the head.</summary>
    public byte[] Text { get; set; } = [.. "text"u8];

    public RequestHead Request { get; } = new();

    public IpAddress ClientAddress { get; set; } = IpAddress.FromIpv4(0xCB007109);

    public long Id => 7;

    public int Status { get; set; } = 404;

    public ReadOnlySpan<byte> Scheme => Text;

    public ReadOnlySpan<byte> ErrorName => Text;

    public ReadOnlySpan<byte> RouteName => Text;

    public ReadOnlySpan<byte> UpstreamName => Text;

    public ReadOnlySpan<byte> ServerName => Text;

    public ReadOnlySpan<byte> ServerAuthority => Text;

    public ReadOnlySpan<byte> Time => "2026-11-21T09:30:00"u8;

    public ReadOnlySpan<byte> PathGroup(ReadOnlySpan<byte> name) => Text;
}
