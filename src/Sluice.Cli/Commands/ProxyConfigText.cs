using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Commands;

/// <summary>Writes the configuration file that does what <c>sluice proxy</c> was told; it is also what the command runs.</summary>
internal static class ProxyConfigText
{
    /// <summary>Writes it; null leaves out an option.</summary>
    internal static string Write(string from, IReadOnlyList<ServerAddress> to, string? balance, int? workers, bool? accessLog)
    {
        var text = new StringBuilder();
        text.Append($"listen: {Quote(from)}\n");
        text.Append(workers is null ? "" : $"workers: {(workers == 0 ? "auto" : workers.ToString())}\n");
        text.Append(accessLog is null ? "" : $"access_log: {(accessLog.Value ? "stdout" : "off")}\n");
        text.Append("routes:\n");
        if (to.Count == 1 && balance is null)
        {
            text.Append($"  - proxy: {Quote(to[0].ToString())}\n");
            return text.ToString();
        }

        text.Append("  - proxy: servers\n");
        text.Append("upstreams:\n  servers:\n");
        text.Append(balance is null ? "" : $"    balance: {balance}\n");
        text.Append("    servers:\n");
        foreach (ServerAddress server in to)
        {
            text.Append($"      - {Quote(server.ToString())}\n");
        }

        return text.ToString();
    }

    // YAML 1.2, section 7.3.1. Only paths of sockets can hold anything that needs it, such as what would be a placeholder.
    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in value.Replace("${", "$${", StringComparison.Ordinal))
        {
            quoted.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                _ when char.IsControl(letter) => $"\\u{(int)letter:X4}",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
