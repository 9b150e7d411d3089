using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Makes conditions ready for requests.</summary>
internal static class ConditionCompiler
{
    /// <summary>Compiles a tree.</summary>
    internal static Condition Compile(MatchCondition plan) => plan switch
    {
        AllCondition all => new AllOf(CompileAll(all.Conditions)),
        AnyCondition any => new AnyOf(CompileAll(any.Conditions)),
        NotCondition not => new NotOf(not.Condition is null ? null : Compile(not.Condition)),
        MethodCondition method => new MethodTest(method),
        HeaderCondition header => new HeaderTest(header),
        QueryCondition query => new QueryTest(query),
        CookieCondition cookie => new CookieTest(cookie),
        ClientAddressCondition client => new ClientAddressTest(client),
        SchemeCondition scheme => new SchemeTest(scheme),
        SniCondition sni => new SniTest(sni),
        ListenerCondition listener => new ListenerTest(listener),
        PercentageCondition percentage => new PercentageTest(percentage),
        HostCondition host => new HostTest(host),
        PathCondition path => new PathTest(path),
        _ => throw new InvalidOperationException($"There is no test for {plan.GetType().Name}."),
    };

    private static Condition[] CompileAll(PlanList<MatchCondition> plans) => [.. plans.Select(Compile)];
}
