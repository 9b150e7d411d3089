using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>The URL of a server.</summary>
internal sealed class ServerUrlType : ScalarType<ServerAddress>
{
    internal override string Expected => "a URL such as `http://10.0.0.1:8080`";

    internal override string Name => "URL";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out ServerAddress? value, [NotNullWhen(false)] out ValueProblem? problem) =>
        ServerUrl.TryParse(scalar.Text, out value, out problem);
}
