using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A number of bytes such as <c>10MiB</c>.</summary>
/// <param name="min">The least allowed.</param>
/// <param name="max">The most allowed.</param>
internal sealed class SizeType(long min, long max) : ScalarType<long>
{
    // Larger binary units first: Format takes the first that divides.
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("kB", 1_000), ("B", 1),
    ];

    internal override string Expected => "a size such as `32KiB`";

    internal override string Name => "size";

    /// <summary>Writes a size the way it would be written by hand.</summary>
    internal static string Format(long bytes)
    {
        (string unit, long size) = bytes == 0 ? ("B", 1) : Units.First(known => bytes % known.Bytes == 0);
        return $"{bytes / size}{unit}";
    }

    internal override JsonObject DescribeSchema(SchemaWriter schema) => SchemaWriter.AnyOf(
        schema.Text(Name, "0|[0-9]{1,18}([KMGT]iB|[KMGT]B|kB|B)"),
        new JsonObject { ["const"] = 0 });

    protected override bool TryParse(ScalarNode scalar, out long value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        if (!TryParse(scalar.Text, out value))
        {
            bool isNumber = scalar.Text.All(char.IsAsciiDigit) && scalar.Text.Length is > 0 and < 16;
            string hint = isNumber ? $"add a unit: `{scalar.Text}B`?" : "such as `512B`, `32KiB`, `10MiB`";
            problem = new ValueProblem(DiagnosticCodes.InvalidSize, $"`{scalar.Text}` is not a size", hint);
            return false;
        }

        bool isWithin = value >= min && value <= max;
        problem = isWithin ? null : new(DiagnosticCodes.OutOfRange, $"`{scalar.Text}` is out of range", $"`{Format(min)}` to `{Format(max)}`");
        return isWithin;
    }

    private static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text == "0")
        {
            return true;
        }

        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        int unit = Array.FindIndex(Units, known => text.AsSpan(digits).SequenceEqual(known.Unit));
        if (digits is 0 or > 18 || unit < 0)
        {
            return false;
        }

        UInt128 product = (UInt128)long.Parse(text.AsSpan(0, digits)) * (UInt128)Units[unit].Bytes;
        bytes = product > long.MaxValue ? long.MaxValue : (long)product;
        return true;
    }
}
