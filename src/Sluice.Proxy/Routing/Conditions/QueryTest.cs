using System.Text;
using Sluice.Http.Uris;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Routing.Conditions;

/// <summary>Tests the first value of a name in the query, decoded as forms are (WHATWG URL, section 5.1). One without <c>=</c> is empty.</summary>
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

    private bool Fits(ReadOnlySpan<byte> query) => QueryValue.TryFind(query, _name, out ReadOnlySpan<byte> value) && _value.Fits(Decoded(value));

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
