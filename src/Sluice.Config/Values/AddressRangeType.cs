using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Http.Addresses;

namespace Sluice.Config.Values;

/// <summary>An address, or a range in CIDR notation.</summary>
internal sealed class AddressRangeType : ScalarType<IpRange>
{
    internal override string Expected => "an address range such as `10.0.0.0/8`";

    internal override string Name => "address range";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, "[0-9A-Fa-f:.]+(/[0-9]{1,3})?");

    protected override bool TryParse(ScalarNode scalar, out IpRange value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isRange = IpRange.TryParse(scalar.Text, out value);
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
