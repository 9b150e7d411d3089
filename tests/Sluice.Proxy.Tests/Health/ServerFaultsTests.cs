using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Xunit;

namespace Sluice.Proxy.Tests.Health;

/// <summary>Nobody is blamed for what others did.</summary>
public sealed class ServerFaultsTests
{
    [Theory]
    [InlineData(ProxyErrorCode.ConnectRefused, true)]
    [InlineData(ProxyErrorCode.ConnectTimeout, true)]
    [InlineData(ProxyErrorCode.UpstreamReset, true)]
    [InlineData(ProxyErrorCode.FirstByteTimeout, true)]
    [InlineData(ProxyErrorCode.ResponseInvalid, true)]
    [InlineData(ProxyErrorCode.ClientGone, false)]
    [InlineData(ProxyErrorCode.RequestBodyTimeout, false)]
    [InlineData(ProxyErrorCode.RequestBodyInvalid, false)]
    [InlineData(ProxyErrorCode.QueueFull, false)]
    [InlineData(ProxyErrorCode.NoServer, false)]
    [InlineData(ProxyErrorCode.CircuitOpen, false)]
    [InlineData(ProxyErrorCode.ShuttingDown, false)]
    [InlineData(ProxyErrorCode.None, false)]
    public void Error_OfEachKind_IsTheServersOrNot(ProxyErrorCode error, bool expected) => Assert.Equal(expected, ServerFaults.Contains(error));
}
