using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.ErrorPages;

/// <summary>The error pages of a route, or those that hold without one. Immutable, and one for all routes that have the same list.</summary>
internal sealed class ErrorPageSet
{
    private static readonly ConditionalWeakTable<PlanList<ErrorPagePlan>, ErrorPageSet> Known = [];

    private readonly ErrorPage[] _pages;

    private ErrorPageSet(PlanList<ErrorPagePlan> plans)
    {
        _pages = [.. plans.OrderBy(plan => plan.Rank).Select(plan => new ErrorPage(plan, Page.Of(plan.Page)))];
        Intercepts = plans.Any(plan => plan.Intercept);
    }

    /// <summary>Whether there is a page that takes the place of a server's response.</summary>
    public bool Intercepts { get; }

    /// <summary>The set of a list; the same object for the same list, and null for an empty one.</summary>
    public static ErrorPageSet? Of(PlanList<ErrorPagePlan> plans) =>
        plans.Count == 0 ? null : Known.GetValue(plans, static plans => new ErrorPageSet(plans));

    /// <summary>
    /// The page that takes the place of the response in <see cref="Exchange.Response"/>; null for none. An answer in gRPC is for the caller. What isn't one may have a
    /// page, which is there to hide it: that a request calls itself gRPC makes no difference. What is fetched for the cache gets its page when it is sent.
    /// </summary>
    public static ErrorPage? FindFor(Exchange exchange)
    {
        bool mayHaveOne = exchange.Fetch is null && !exchange.Grpc.IsAnswered;
        ErrorPage? page = mayHaveOne && exchange.Route!.ErrorPages is { Intercepts: true } pages ? pages.Find(exchange.Response.Status, exchange.Request) : null;
        return page is { Plan.Intercept: true } ? page : null;
    }

    /// <summary>The page for a status; among several for the same the one that the client would rather have, or else the first.</summary>
    public ErrorPage? Find(int status, RequestHead request)
    {
        ErrorPage? best = null;
        int bestQuality = 0;
        foreach (ErrorPage page in _pages)
        {
            if (status < page.Plan.From || status > page.Plan.To)
            {
                continue;
            }

            if (best is not null && page.Plan.Rank > best.Plan.Rank)
            {
                break;
            }

            int quality = AcceptField.QualityOf(request.Fields, page.Page.MediaType);
            if (best is null || quality > bestQuality)
            {
                best = page;
                bestQuality = quality;
            }
        }

        return best;
    }
}
