using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Access;

/// <summary>The methods that a route takes. Immutable.</summary>
internal sealed class MethodLimit
{
    private readonly uint _known;
    private readonly byte[][] _others;

    public MethodLimit(PlanList<string> methods)
    {
        // RFC 9110, section 9.3.2: HEAD is GET without the content, so who may have the one may have the other.
        List<string> allowed = [.. methods.SelectMany(method => method == "GET" && !methods.Contains("HEAD") ? ["GET", "HEAD"] : new[] { method })];
        List<byte[]> names = [.. allowed.Select(Encoding.ASCII.GetBytes)];
        _known = names.Select(name => RequestMethods.Find(name)).Where(method => method != RequestMethod.Other).Aggregate(0u, (mask, method) => mask | BitOf(method));
        _others = [.. names.Where(name => RequestMethods.Find(name) == RequestMethod.Other)];
        AllowLine = Encoding.ASCII.GetBytes($"allow: {string.Join(", ", allowed)}\r\n");
    }

    /// <summary>The header that goes with a refusal (RFC 9110, section 15.5.6).</summary>
    public byte[] AllowLine { get; }

    /// <summary>Whether the method of a request is one of them. They are case-sensitive (RFC 9110, section 9.1).</summary>
    public bool Allows(RequestHead request)
    {
        if (request.Method != RequestMethod.Other)
        {
            return (_known & BitOf(request.Method)) != 0;
        }

        foreach (byte[] name in _others)
        {
            if (request.MethodText.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static uint BitOf(RequestMethod method) => 1u << (int)method;
}
