using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Http.Addresses;

namespace Sluice.Config.Values;

/// <summary>The addresses of proxies in front of this one.</summary>
internal sealed class TrustedProxyType : ScalarType<TrustedProxyConfig>
{
    internal override string Expected => "an address range such as `10.0.0.0/8`";

    internal override string Name => "address range";

    protected override bool TryParse(
        ScalarNode scalar, [NotNullWhen(true)] out TrustedProxyConfig? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isRange = IpRange.TryParse(scalar.Text, out IpRange range);
        value = isRange ? new TrustedProxyConfig(range, scalar.Location) : null;
        problem = isRange ? null : new ValueProblem(DiagnosticCodes.InvalidRange, $"`{scalar.Text}` is not an address range", HintFor(scalar.Text));
        return isRange;
    }

    private static string HintFor(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        bool isAddress = IpAddress.TryParse(slash < 0 ? text : text[..slash], out _);
        return isAddress && slash >= 0 ? "a prefix length with zeros behind it, as in `10.0.0.0/8`" : "such as `10.0.0.0/8` or `fd00::/8`";
    }
}
