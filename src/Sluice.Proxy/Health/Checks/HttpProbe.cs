using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Judges a response by its status and, where that is asked for, by its content. Content that nobody asks for is not read.</summary>
internal sealed class HttpProbe(ProbeTarget target, HealthCheckPlan plan, CheckMatcher? matcher, CheckRequest request) : RequestProbe(target, request)
{
    // Above that looking may take longer than a loop should be kept (about 50 µs).
    private const int InlineBytesMax = 4 * 1024;

    /// <inheritdoc/>
    protected override ValueTask<CheckResult> JudgeAsync(Exchange exchange, UpstreamStream stream)
    {
        int status = exchange.Response.Status;
        foreach (StatusSpan good in plan.Statuses)
        {
            if (good.Contains(status))
            {
                return matcher is null ? new ValueTask<CheckResult>(CheckResult.Passed) : JudgeContentAsync(exchange, stream, matcher);
            }
        }

        return new ValueTask<CheckResult>(CheckResult.Failed($"status {status}"));
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<CheckResult> JudgeContentAsync(Exchange exchange, UpstreamStream stream, CheckMatcher matcher)
    {
        BodySlice slice;
        do
        {
            slice = await stream.ReadContentAsync(exchange);
            if (slice.Error != ProxyErrorCode.None)
            {
                exchange.Fail(slice.Error);
                return FailureOf(exchange);
            }

            int known = Content.Length;
            Content.Add(slice.Span);
            if (!matcher.IsRegex && matcher.IsIn(Content.Bytes, known))
            {
                return CheckResult.Passed;
            }
        }
        while (!slice.IsLast && !Content.IsFull);

        // A regular expression is for the whole of it.
        bool isMatch = matcher.IsRegex
            && (Content.Length <= InlineBytesMax ? matcher.IsIn(Content.Bytes) : await Target.Worker.Loop.OffloadAsync(() => matcher.IsIn(Content.Bytes)));
        return isMatch ? CheckResult.Passed : CheckResult.Failed("the content is not as expected");
    }
}
