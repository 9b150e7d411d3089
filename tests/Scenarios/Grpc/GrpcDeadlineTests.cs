using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Grpc;

/// <summary>What clients say about deadlines holds at the proxy, too: a server that pays no attention doesn't keep a call.</summary>
public sealed class GrpcDeadlineTests : IDisposable
{
    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls)]
    public async Task Server_ThatAnswersNothing_IsGivenUp(Dialect dialect)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string timeout = "";
        await using KestrelOrigin kestrel = await KestrelOrigin.StartAsync(Dialect.Http2, _authority, application => application.MapPost("/a.B/C", async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            timeout = context.Request.Headers["grpc-timeout"].ToString();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));
        await using PeerStage stage = PeerStage.Start(_authority, dialect, Dialect.Http2, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = GrpcMessages.NewRequest(stage.Version, stage.Url("/a.B/C"), "application/grpc", GrpcMessages.Frame("go"));
        request.Headers.Add("grpc-timeout", "6000m");
        long start = Stopwatch.GetTimestamp();

        using HttpResponseMessage response = await client.SendAsync(request, _deadline);

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 5_900, 60_000);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("4", Assert.Single(response.Headers.GetValues("grpc-status")));
        await aborted.Task.WaitAsync(_deadline);
        Assert.Matches("^[0-9]{1,8}[mun]$", timeout);
    }
}
