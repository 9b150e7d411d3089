using System.Text;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>What content types say of gRPC.</summary>
public sealed class GrpcContentTypeTests
{
    [Theory]
    [InlineData("application/grpc", "Grpc", "")]
    [InlineData("application/grpc+proto", "Grpc", "+proto")]
    [InlineData("Application/GRPC+Json; charset=utf-8", "Grpc", "+Json")]
    [InlineData("application/grpc;x=+proto", "Grpc", "")]
    [InlineData("application/grpc ; x=1", "Grpc", "")]
    [InlineData("application/grpc-web", "Web", "")]
    [InlineData("application/grpc-web+thrift", "Web", "+thrift")]
    [InlineData("application/grpc-web;a=b", "Web", "")]
    [InlineData("application/grpc-web-text", "WebText", "")]
    [InlineData("application/grpc-web-text+proto", "WebText", "+proto")]
    [InlineData("application/grpc-web-text-base64", "WebText", "")]
    [InlineData("application/grpcx", "None", "")]
    [InlineData("application/grpc-", "None", "")]
    [InlineData("application/grpc-webtext", "None", "")]
    [InlineData("application/grpc-web-", "None", "")]
    [InlineData("application/grpc-web-text-hex", "None", "")]
    [InlineData("application/grp", "None", "")]
    [InlineData("text/application/grpc", "None", "")]
    [InlineData("", "None", "")]
    public void ContentType_OfACall_IsToldFromOthers(string value, string kind, string suffix)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(value);

        GrpcKind found = GrpcContentType.KindOf(bytes);

        Assert.Equal(kind, $"{found}");
        if (found != GrpcKind.None)
        {
            Assert.Equal(suffix, Encoding.ASCII.GetString(GrpcContentType.SuffixOf(bytes)));
        }
    }
}
