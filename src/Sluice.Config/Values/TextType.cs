using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>Any text, numbers and booleans as they are written.</summary>
internal sealed class TextType : ScalarType<string>
{
    internal override string Expected => "a text";

    internal override string Name => "text";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem = null;
        return true;
    }
}
