using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
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
