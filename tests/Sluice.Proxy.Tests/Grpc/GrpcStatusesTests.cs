using Sluice.Proxy.Errors;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>What errors of the proxy are to clients of gRPC.</summary>
public sealed class GrpcStatusesTests
{
    [Theory]
    [InlineData(ProxyErrorCode.NoRoute, GrpcStatus.Unimplemented)]
    [InlineData(ProxyErrorCode.MethodNotAllowed, GrpcStatus.Unimplemented)]
    [InlineData(ProxyErrorCode.ConnectRefused, GrpcStatus.Unavailable)]
    [InlineData(ProxyErrorCode.NoServer, GrpcStatus.Unavailable)]
    [InlineData(ProxyErrorCode.QueueFull, GrpcStatus.Unavailable)]
    [InlineData(ProxyErrorCode.FirstByteTimeout, GrpcStatus.Unavailable)]
    [InlineData(ProxyErrorCode.Maintenance, GrpcStatus.Unavailable)]
    [InlineData(ProxyErrorCode.GrpcDeadlineExceeded, GrpcStatus.DeadlineExceeded)]
    [InlineData(ProxyErrorCode.GrpcTimeoutInvalid, GrpcStatus.Internal)]
    [InlineData(ProxyErrorCode.BadRequest, GrpcStatus.Internal)]
    [InlineData(ProxyErrorCode.Internal, GrpcStatus.Internal)]
    [InlineData(ProxyErrorCode.ResponseInvalid, GrpcStatus.Internal)]
    [InlineData(ProxyErrorCode.ClientCertificateRequired, GrpcStatus.PermissionDenied)]
    [InlineData(ProxyErrorCode.RequestBodyTooLarge, GrpcStatus.ResourceExhausted)]
    [InlineData(ProxyErrorCode.MisdirectedRequest, null)]
    [InlineData(ProxyErrorCode.TooEarly, null)]
    [InlineData(ProxyErrorCode.ClientGone, null)]
    [InlineData(ProxyErrorCode.TlsPlainHttp, null)]
    [InlineData(ProxyErrorCode.TunnelTimeout, null)]
    public void Error_ToACall_IsTheStatusThatClientsKnow(ProxyErrorCode error, GrpcStatus? status) => Assert.Equal(status, GrpcStatuses.Of(error));

    [Fact]
    public void Errors_ThatAreAnswered_HaveANamedStatus() =>
        Assert.All(ProxyErrors.All.Select(GrpcStatuses.Of), status => Assert.True(status is null || Enum.IsDefined(status.Value)));
}
