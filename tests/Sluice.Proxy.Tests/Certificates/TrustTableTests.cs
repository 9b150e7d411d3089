using System.Runtime.CompilerServices;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;
using Sluice.TestKit.Certificates;
using Xunit;

namespace Sluice.Proxy.Tests.Certificates;

/// <summary>What is trusted is made ready once, and read anew when it is something else.</summary>
public sealed class TrustTableTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Get_EqualPlans_ShareOne()
    {
        TlsTrust trust = TrustTable.Get(new TrustPlan(_authority.Pem));

        Assert.Same(trust, TrustTable.Get(new TrustPlan(new string(_authority.Pem))));
        Assert.Same(TrustTable.Get(new TrustPlan()), TrustTable.Get(new TrustPlan()));
    }

    [Fact]
    public void Get_PlansThatDiffer_ShareNothing()
    {
        var plan = new TrustPlan(_authority.Pem);
        using var other = new TestAuthority();

        TlsTrust[] all =
            [.. new[] { plan, plan with { Depth = 3 }, plan with { CrlPem = _authority.Revoke() }, new TrustPlan(other.Pem), new TrustPlan() }.Select(TrustTable.Get)];

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Get_WhatCannotBeRead_IsToldEachTime()
    {
        var damaged = new TrustPlan("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        Assert.Throws<TlsException>(() => TrustTable.Get(damaged));
        Assert.Throws<TlsException>(() => TrustTable.Get(damaged));
    }

    [Fact]
    public void Get_WhatNobodyUsesAnyMore_IsForgotten()
    {
        WeakReference trust = GetAndForget();

        GC.Collect();

        Assert.False(trust.IsAlive);
        Assert.NotNull(TrustTable.Get(new TrustPlan(_authority.Pem)));
    }

    // Not inlined, so that nothing of it is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference GetAndForget() => new(TrustTable.Get(new TrustPlan(_authority.Pem)));
}
