using System.Numerics;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Health.Outliers;

/// <summary>Takes servers of an upstream out whose answers are worse than those of their siblings, and lets them in again.</summary>
/// <remarks>
/// One thread evaluates, at the ends of intervals and when a worker sees that errors in a row have become too many (<see cref="IsSuspicious"/>). Workers only count.
/// It has no part in what happens when a server is down by its checks or under maintenance: then it gets no requests that could be counted.
/// </remarks>
internal sealed class OutlierDetector
{
    // What is compared when errors in a row have become too many: at least the last interval, and more if that has less requests.
    private const int StreakIntervals = 2;
    private const int StreakRequests = 20;

    private readonly UpstreamMember[] _members;
    private readonly EjectionCounts _counts;
    private readonly OutlierPlan? _plan;
    private readonly OutlierRules? _rules;
    private readonly StatusSet? _statuses;
    private readonly SiblingShares _shares;
    private readonly OutcomeTotals[] _totals;
    private long _nextMs;

    /// <summary>Creates the detector of an upstream.</summary>
    /// <param name="plan">The rules; null when there are none, and servers that are out are let in.</param>
    /// <param name="members">Its servers. A single one is never taken out.</param>
    /// <param name="counts">Counts those that are taken out.</param>
    public OutlierDetector(OutlierPlan? plan, UpstreamMember[] members, EjectionCounts counts)
    {
        _plan = members.Length > 1 ? plan : null;
        _members = members;
        _counts = counts;
        _rules = _plan is null ? null : new OutlierRules(_plan, members.Length);
        _statuses = _plan is null ? null : new StatusSet(_plan.Statuses);
        _shares = new SiblingShares(members.Length);
        _totals = new OutcomeTotals[members.Length];
    }

    /// <summary>Whether anything is to be counted.</summary>
    public bool IsActive => _plan is not null;

    /// <summary>Whether a response counts as an error.</summary>
    public bool IsError(int status) => _statuses!.Contains(status);

    /// <summary>Whether so many errors in a row are to be looked at: when they are too many, and again whenever they have doubled.</summary>
    public bool IsSuspicious(int streak)
    {
        int max = _plan!.ConsecutiveErrors;
        return max > 0 && streak % max == 0 && BitOperations.IsPow2(streak / max);
    }

    /// <summary>Takes out and lets in what is due.</summary>
    /// <param name="nowMs">Loop time.</param>
    /// <returns>When there is something to do again, in loop time; <see cref="long.MaxValue"/> for never.</returns>
    public long Evaluate(long nowMs)
    {
        LetIn(nowMs);
        if (_plan is not { } plan)
        {
            return long.MaxValue;
        }

        bool isDue = nowMs >= _nextMs;
        if (isDue || HasSuspect(plan))
        {
            for (int i = 0; i < _members.Length; i++)
            {
                _totals[i] = OutlierOf(i).Outcomes.Totals;
            }

            EjectByStreak(plan, nowMs);
        }

        if (isDue)
        {
            EjectByRules(plan, nowMs);
            MarkAll();
            _nextMs = nowMs + plan.IntervalMs;
        }

        return NextMs();
    }

    private void LetIn(long nowMs)
    {
        foreach (UpstreamMember member in _members)
        {
            OutlierState outlier = member.Server.Outlier;
            bool isSpokenFor = _plan is { ReadmitByChecks: true } && outlier.IsSpokenFor;
            if (outlier.Current is not null && (_plan is null || nowMs >= outlier.UntilMs || isSpokenFor || outlier.WasLetIn))
            {
                outlier.Readmit(_plan is null ? "no longer ejected: no rules" : isSpokenFor ? "its health checks pass" : "the time of its ejection is over", nowMs);
            }
        }
    }

    private bool HasSuspect(OutlierPlan plan)
    {
        foreach (UpstreamMember member in _members)
        {
            if (IsSuspect(member, plan))
            {
                return true;
            }
        }

        return false;
    }

    private void EjectByStreak(OutlierPlan plan, long nowMs)
    {
        if (!HasSuspect(plan))
        {
            return;
        }

        _shares.Clear();
        for (int i = 0; i < _members.Length; i++)
        {
            OutcomeTotals recent = StreakWindow(i);
            if (IsIn(_members[i]) && recent.Requests > 0)
            {
                _shares.Add(recent.ErrorShare);
            }
        }

        _shares.Sort();
        for (int i = 0; i < _members.Length; i++)
        {
            if (IsSuspect(_members[i], plan) && _shares.StandsOut(StreakWindow(i).ErrorShare))
            {
                ServerOutcomes outcomes = OutlierOf(i).Outcomes;
                Eject(_members[i], plan, OutlierCause.ConsecutiveErrors, $"{outcomes.Streak} errors in a row, the last one {NameOf(outcomes.LastError)}", nowMs);
            }
        }
    }

    private void EjectByRules(OutlierPlan plan, long nowMs)
    {
        _rules!.Begin();
        for (int i = 0; i < _members.Length; i++)
        {
            if (IsIn(_members[i]))
            {
                _rules.Add(OutlierOf(i).History.Recent(_totals[i], 1, plan.RequestsMin));
            }
        }

        _rules.End();
        for (int i = 0; i < _members.Length; i++)
        {
            if (IsIn(_members[i]) && _rules.Judge(OutlierOf(i).History.Recent(_totals[i], 1, plan.RequestsMin), out OutlierCause cause, out string reason))
            {
                Eject(_members[i], plan, cause, reason, nowMs);
            }
        }
    }

    private void Eject(UpstreamMember member, OutlierPlan plan, OutlierCause cause, string reason, long nowMs)
    {
        if (CanSpareAnother(plan) && member.Server.Outlier.Eject(plan, cause, reason, nowMs))
        {
            _counts.Add(cause);
        }
    }

    // The one that is to go is still among those that are in.
    private bool CanSpareAnother(OutlierPlan plan)
    {
        int isOut = 0;
        int isIn = 0;
        foreach (UpstreamMember member in _members)
        {
            isOut += member.Server.Outlier.Current is null ? 0 : 1;
            isIn += IsIn(member) ? 1 : 0;
        }

        int max = plan.EjectedPercentMax == 0 ? 0 : Math.Clamp((int)((long)_members.Length * plan.EjectedPercentMax / 100), 1, _members.Length - 1);
        return isOut < max && isIn > 1;
    }

    private void MarkAll()
    {
        for (int i = 0; i < _members.Length; i++)
        {
            OutlierOf(i).History.Mark(_totals[i]);
        }
    }

    private long NextMs()
    {
        long next = _nextMs;
        foreach (UpstreamMember member in _members)
        {
            OutlierState outlier = member.Server.Outlier;
            next = outlier.Current is null ? next : Math.Min(next, outlier.UntilMs);
        }

        return next;
    }

    private OutlierState OutlierOf(int index) => _members[index].Server.Outlier;

    private OutcomeTotals StreakWindow(int index) => OutlierOf(index).History.Recent(_totals[index], StreakIntervals, StreakRequests);

    private static bool IsIn(UpstreamMember member) => member.Server.Health.Availability == Availability.Ready;

    private static bool IsSuspect(UpstreamMember member, OutlierPlan plan) =>
        plan.ConsecutiveErrors > 0 && member.Server.Outlier.Outcomes.Streak >= plan.ConsecutiveErrors && IsIn(member);

    private static string NameOf(int error) => error < 0 ? ProxyErrors.Get((ProxyErrorCode)(-error)).Name : $"status {error}";
}
