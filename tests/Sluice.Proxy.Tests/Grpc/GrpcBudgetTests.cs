using System.Text;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>What a call of gRPC, or one of gRPC-Web that is bridged to it, may cost in allocated bytes and system calls.</summary>
[Collection(nameof(BudgetTests))]
public sealed class GrpcBudgetTests
{
    private const int Connections = 64;
    private const int WarmUpRounds = 100;
    private const int Rounds = 300;

    [Theory]
    [InlineData("http1_grpc", "application/grpc", "\0\0\0\0\u0003abc", "hello")]
    [InlineData("http1_grpc_web", "application/grpc-web+proto", "\0\0\0\0\u0003abc", "\r\n0\r\n\r\n")]
    [InlineData("http1_grpc_web", "application/grpc-web-text+proto", "AAAAAANhYmM=", "\r\n0\r\n\r\n")]
    public async Task Call_WithADeadline_StaysWithinItsBudget(string name, string type, string content, string end)
    {
        await using SluiceServer origin = SluiceServer.Start(Plans.RespondInGrpc("hello"), Plans.OneWorker);
        ProxyPlan plan = Plans.Proxy("/fixed", Plans.PortOf(origin));
        await using SluiceServer proxy = SluiceServer.Start(plan with { Routes = [plan.Routes[1] with { GrpcWeb = true }] }, Plans.OneWorker);

        await AssertWithinBudgetAsync(name, proxy, Request(type, content), end);
    }

    [Fact]
    public async Task Error_ToACall_StaysWithinItsBudget()
    {
        await using SluiceServer proxy = SluiceServer.Start(Plans.Respond("x") with { Routes = [] }, Plans.OneWorker);

        await AssertWithinBudgetAsync("http1_grpc_error", proxy, Request("application/grpc", ""), "\r\n\r\n");
    }

    private static byte[] Request(string type, string content) => Encoding.ASCII.GetBytes(
        $"POST /a.B/C HTTP/1.1\r\nHost: b.example\r\nContent-Type: {type}\r\ngrpc-timeout: 10S\r\nTE: trailers\r\nContent-Length: {content.Length}\r\n\r\n{content}");

    private static async Task AssertWithinBudgetAsync(string name, SluiceServer proxy, byte[] request, string end)
    {
        using var clients = new ClientGroup(Plans.PortOf(proxy), Connections);
        clients.Run(WarmUpRounds, request, end: end);

        await LoopCost.AssertWithinBudgetAsync(name, proxy.Loops[0], Run);

        int Run()
        {
            clients.Run(Rounds, request, end: end);
            return Rounds * Connections;
        }
    }
}
