using System.Text;
using Sluice.Http.Headers;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests a cookie: pairs between semicolons (RFC 6265, section 4.2.1), values as they are, quotes included. What has no <c>=</c> is no cookie.</summary>
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
        FieldTable fields = input.Request.Fields;
        for (int i = fields.IndexOf(KnownField.Cookie); i >= 0; i = fields.IndexOf(KnownField.Cookie, i + 1))
        {
            if (Fits(fields.Value(i)))
            {
                return !_value.IsNegated;
            }
        }

        return _value.IsNegated;
    }

    private bool Fits(ReadOnlySpan<byte> cookies)
    {
        while (!cookies.IsEmpty)
        {
            int end = cookies.IndexOf((byte)';');
            ReadOnlySpan<byte> pair = (end < 0 ? cookies : cookies[..end]).Trim(" \t"u8);
            cookies = end < 0 ? default : cookies[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            if (equals == _name.Length && pair.StartsWith(_name) && _value.Fits(pair[(equals + 1)..]))
            {
                return true;
            }
        }

        return false;
    }
}
