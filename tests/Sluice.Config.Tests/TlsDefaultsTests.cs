using System.Text.RegularExpressions;
using Sluice.Certificates.Dns;
using Sluice.Config.Binding;
using Sluice.Config.Schema.Automation;
using Sluice.Config.Schema.Tls;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Tests;

/// <summary>The defaults of the reference are those of the plans: a configuration that spells them all out compiles to the same.</summary>
public sealed class TlsDefaultsTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "samples", "certificates");

    [Fact]
    public void Listener_AllDefaultsSaid_IsThatWithoutThem()
    {
        string certificate = $"certificates: {{ cert: {Folder}/site.pem, key: {Folder}/site.key }}";
        string text(string options) => $"listen: {{ address: \":8443\", tls: {{ {certificate}{options} }} }}\nroutes: [{{ respond: ok }}]\n";

        TlsPlan said = ConfigLoader.LoadText(text(Said(ListenerTlsSchema.Type)), "said").Plan!.Listeners[0].Tls!;
        TlsPlan unsaid = ConfigLoader.LoadText(text(""), "unsaid").Plan!.Listeners[0].Tls!;

        Assert.Equal(unsaid, said);
        Assert.Equal(new TlsPlan { Certificates = unsaid.Certificates }, unsaid);
    }

    [Fact]
    public void Upstream_AllDefaultsSaid_IsThatWithoutThem()
    {
        string text = $"listen: \":80\"\nroutes: [{{ proxy: a }}]\nupstreams: {{ a: {{ servers: https://a, tls: {{ resumption: true{Said(UpstreamTlsSchema.Type, "resumption")} }} }} }}\n";

        Assert.Equal(new UpstreamTlsPlan(), ConfigLoader.LoadText(text, "said").Plan!.Upstreams[0].Tls);
    }

    [Fact]
    public void ClientCertificates_AllDefaultsSaid_IsThatWithoutThem()
    {
        string text(string options) =>
            $"listen: {{ address: \":8443\", tls: {{ certificates: {{ cert: {Folder}/site.pem, key: {Folder}/site.key }}, client_certificates: {{ ca: {Folder}/authority.pem{options} }} }} }}\nroutes: [{{ respond: ok }}]\n";

        ClientCertificatePlan said = ConfigLoader.LoadText(text(Said(ClientCertificateSchema.Type)), "said").Plan!.Listeners[0].Tls!.ClientCertificates[0];

        Assert.Equal(new ClientCertificatePlan { Trust = new TrustPlan(said.Trust.CaPem) }, said);
    }

    [Fact]
    public void Dns_AllDefaultsSaid_IsThatWithoutThem()
    {
        string text(string dns) => $"listen: {{ address: \":443\", tls: auto }}\nroutes: [{{ match: {{ host: example.com }}, respond: ok }}]\ncertificates: {{ dns: {{ {dns} }} }}\n";

        DynamicUpdateOptions update = ConfigLoader.LoadText(text($"update: {{ server: ns, key_name: k, secret: a2V5{Said(DnsSchema.Update)} }}"), "update").Automation!.DnsUpdate!;
        ExecOptions exec = ConfigLoader.LoadText(text($"exec: {{ command: /bin/hook{Said(DnsSchema.Exec)} }}"), "exec").Automation!.DnsExec!;
        HttpHookOptions http = ConfigLoader.LoadText(text($"http: {{ url: http://a{Said(DnsSchema.Http)} }}"), "http").Automation!.DnsHttp!;

        Assert.Equal(new DynamicUpdateOptions { Server = "ns", KeyName = "k", Secret = "a2V5" }, update);
        Assert.Equal(new ExecOptions { Program = "/bin/hook", Arguments = exec.Arguments, Environment = exec.Environment, Wait = exec.Wait }, exec);
        Assert.Equal(new HttpHookOptions { Url = http.Url, Wait = http.Wait }, http);
        Assert.Equal(new HookWait { Servers = http.Wait.Servers }, http.Wait);
    }

    [Fact]
    public void Certificates_AllDefaultsSaid_IsThatWithoutThem()
    {
        string text(string options) => $"listen: [\":80\", {{ address: \":443\", tls: auto }}]\nroutes: [{{ match: {{ host: example.com }}, respond: ok }}]\ncertificates: {{ email: a@example.com{options} }}\n";

        Assert.Equal(
            AutomationText.Write(ConfigLoader.LoadText(text(""), "unsaid").Automation),
            AutomationText.Write(ConfigLoader.LoadText(text(Said(CertificatesSchema.Type)), "said").Automation));
    }

    // Defaults that are values or lists of them, and not sentences.
    private static string Said<T>(ObjectType<T> type, params string[] besides) => string.Concat(type.Options
        .Where(option => Regex.IsMatch(option.Default, "^`[^`]+`(, `[^`]+`)*$") && !besides.Contains(option.Key))
        .Select(option => option.Default.Contains(", ", StringComparison.Ordinal)
            ? $", {option.Key}: [{option.Default.Replace("`", "", StringComparison.Ordinal)}]"
            : $", {option.Key}: {option.Default.Trim('`')}"));
}
