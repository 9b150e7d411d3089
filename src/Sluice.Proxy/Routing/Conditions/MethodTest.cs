using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the method.</summary>
internal sealed class MethodTest : Condition
{
    private readonly int _known;
    private readonly byte[][] _others;

    internal MethodTest(MethodCondition plan)
    {
        var others = new List<byte[]>();
        foreach (string method in plan.Methods)
        {
            byte[] name = Encoding.ASCII.GetBytes(method);
            RequestMethod known = RequestMethods.Find(name);
            _known |= known == RequestMethod.Other ? 0 : 1 << (int)known;
            if (known == RequestMethod.Other)
            {
                others.Add(name);
            }
        }

        _others = [.. others];
    }

    internal override bool Matches(in RouteInput input)
    {
        if (input.Request.Method != RequestMethod.Other)
        {
            return (_known & (1 << (int)input.Request.Method)) != 0;
        }

        foreach (byte[] other in _others)
        {
            if (input.Request.MethodText.SequenceEqual(other))
            {
                return true;
            }
        }

        return false;
    }
}
