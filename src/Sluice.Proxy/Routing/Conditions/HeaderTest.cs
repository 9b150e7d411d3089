using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests a header; each of its lines is a value.</summary>
internal sealed class HeaderTest : Condition
{
    private readonly byte[] _name;
    private readonly KnownField _known;
    private readonly ValueTester _value;

    internal HeaderTest(HeaderCondition plan)
    {
        _name = Encoding.ASCII.GetBytes(plan.Name);
        _known = KnownFields.Find(_name);
        _value = new ValueTester(plan.Test);
    }

    internal override bool Matches(in RouteInput input) => Fits(input.Request.Fields) != _value.IsNegated;

    private bool Fits(FieldTable fields)
    {
        for (int i = IndexOf(fields, 0); i >= 0; i = IndexOf(fields, i + 1))
        {
            if (_value.Fits(fields.Value(i)))
            {
                return true;
            }
        }

        return false;
    }

    private int IndexOf(FieldTable fields, int from) => _known == KnownField.Other ? fields.IndexOf(_name, from) : fields.IndexOf(_known, from);
}
