using System.Text;
using Sluice.Http.Uris;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests a parameter of the query: pairs between ampersands, decoded as forms are (WHATWG URL, section 5.1). One without <c>=</c> is empty.</summary>
internal sealed class QueryTest : Condition
{
    private readonly byte[] _name;
    private readonly ValueTester _value;

    internal QueryTest(QueryCondition plan)
    {
        _name = Encoding.UTF8.GetBytes(plan.Name);
        _value = new ValueTester(plan.Test);
    }

    internal override bool Matches(in RouteInput input) => Fits(input.Request.Query) != _value.IsNegated;

    private bool Fits(ReadOnlySpan<byte> query)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? pair : pair[..equals];
            if (!pair.IsEmpty && Decoded(name).SequenceEqual(_name) && _value.Fits(Decoded(equals < 0 ? default : pair[(equals + 1)..])))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return text;
        }

        Span<byte> memory = MatchScratch.Bytes(text.Length);
        return memory[..FormDecoder.Decode(text, memory)];
    }
}
