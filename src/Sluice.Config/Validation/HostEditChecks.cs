using System.Globalization;
using System.Text;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Validation;

/// <summary>What <c>request_headers</c> set as <c>host</c> is a host with or without a port, as servers take nothing else (RFC 9112, section 3.2).</summary>
internal static class HostEditChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        IEnumerable<RouteSettingsConfig> all = [config.Defaults.Routes, .. config.Policies.Select(policy => policy.Settings), .. config.Routes.Select(route => route.Settings)];
        IEnumerable<TemplateConfig> hosts = all
            .SelectMany(settings => settings.RequestHeaders?.Entries ?? [])
            .Where(edit => edit.Operation == HeaderOperation.Set && edit.Name.Equals("host", StringComparison.OrdinalIgnoreCase))
            .SelectMany(edit => edit.Values);
        foreach (TemplateConfig host in hosts.Distinct())
        {
            if (!IsAuthority(host.Value))
            {
                diagnostics.Add(
                    DiagnosticCodes.InvalidHeader, $"`{host.Value.Text}` is not a host", host.Location, "a name or address, with or without a port: `app.internal:8080`");
            }
        }
    }

    // With a letter for each variable: whether its value is one is only known when it comes.
    private static bool IsAuthority(Template template)
    {
        string text = string.Concat(template.Parts.Select(part => part.Variable == TemplateVariable.None ? Encoding.UTF8.GetString(part.Text.Span) : "x"));
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = hasPort ? text[..colon] : text;
        return HostName.IsHost(host)
            && (!hasPort || text[(colon + 1)..] == "x" || ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0);
    }
}
