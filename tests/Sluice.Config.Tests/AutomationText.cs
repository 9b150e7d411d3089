using System.Text;
using Sluice.Certificates.Dns;
using Sluice.Certificates.Keeping;
using Sluice.Config.Automation;

namespace Sluice.Config.Tests;

/// <summary>A plan for automatic certificates as text, without secrets but for their lengths.</summary>
internal static class AutomationText
{
    internal static string Write(CertificateAutomation? automation)
    {
        if (automation is null)
        {
            return "";
        }

        AutomationPlan plan = automation.Plan;
        var output = new StringBuilder("certificates\n");
        output.Append(string.Concat(plan.Names.Select(name => $"  for {name}\n")));
        output.Append(string.Concat(automation.LocalNames.Select(name => $"  local for {name}\n")));
        foreach (IssuerPlan issuer in plan.Issuers)
        {
            output.Append($"  from {issuer.Name} {issuer.DirectoryUri}{(issuer.Email is null ? "" : $" for {issuer.Email}")}");
            output.Append($"{(issuer.CaFile is null ? "" : $" by {Path.GetFileName(issuer.CaFile)}")}{(issuer.Eab is { } eab ? $" as {eab.KeyId} ({eab.HmacKey.Length})" : "")}");
            output.Append($"{(issuer.Profile is null ? "" : $" profile {issuer.Profile}")}{(issuer.PreferredChain is null ? "" : $" chain {issuer.PreferredChain}")}\n");
        }

        output.Append($"  by {string.Join(' ', plan.Challenges)} with {plan.KeyType}\n");
        output.Append(plan.OnDemand is { } onDemand ? $"  on demand asking {onDemand.AskUri}, {onDemand.RateMax} in {onDemand.RateWindow}\n" : "");
        output.Append(automation.StorageFolder is { } folder ? $"  in {folder}\n" : "");
        output.Append(Write(automation.DnsUpdate)).Append(Write(automation.DnsExec)).Append(Write(automation.DnsHttp));
        return output.ToString();
    }

    private static string Write(DynamicUpdateOptions? update) => update is null ? "" :
        $"  dns update {update} zone {update.Zone ?? "found"} secret {update.Secret.Length} ttl {update.Ttl} within {update.PropagationTimeout} "
        + $"check [{(update.CheckServers is { } servers ? string.Join(' ', servers) : "zone")}] resolvers [{string.Join(' ', update.Resolvers ?? ["system"])}]\n";

    private static string Write(ExecOptions? exec) => exec is null ? "" :
        $"  dns exec {Path.GetFileName(exec.Program)} [{string.Join(' ', exec.Arguments)}] with {string.Join(' ', exec.Environment.Keys)} in {exec.TimeLimit}{Write(exec.Wait)}\n";

    private static string Write(HttpHookOptions? http) => http is null ? "" :
        $"  dns http {http.Url} token {http.BearerToken?.Length} user {http.UserName} password {http.Password?.Length} in {http.TimeLimit}{Write(http.Wait)}\n";

    private static string Write(HookWait wait) => wait.Equals(new HookWait()) ? "" : $" then {wait.Delay} [{string.Join(' ', wait.Servers)}] within {wait.Timeout}";
}
