using System.Text;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests a header; several lines of it are one value.</summary>
internal sealed class HeaderTest : Condition
{
    private readonly byte[] _name;
    private readonly ValueTester _value;

    internal HeaderTest(HeaderCondition plan)
    {
        _name = Encoding.ASCII.GetBytes(plan.Name);
        _value = new ValueTester(plan.Test);
    }

    internal override bool Matches(in RouteInput input)
    {
        bool fits = HeaderText.TryFind(input.Request.Fields, _name, out ReadOnlySpan<byte> value) && _value.Fits(value);
        return fits != _value.IsNegated;
    }
}
