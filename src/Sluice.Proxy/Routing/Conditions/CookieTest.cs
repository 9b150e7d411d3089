using System.Text;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the first cookie of a name; values are as they came, quotes included.</summary>
internal sealed class CookieTest : Condition
{
    private readonly byte[] _name;
    private readonly ValueTester _value;

    internal CookieTest(CookieCondition plan)
    {
        _name = Encoding.ASCII.GetBytes(plan.Name);
        _value = new ValueTester(plan.Test);
    }

    internal override bool Matches(in RouteInput input)
    {
        bool fits = CookieValue.TryFind(input.Request.Fields, _name, out ReadOnlySpan<byte> value) && _value.Fits(value);
        return fits != _value.IsNegated;
    }
}
