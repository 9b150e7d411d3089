using System.CommandLine;
using System.Globalization;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice certs</c>: the certificates of a running instance; with <c>--renew</c>, renews those of issuers.</summary>
internal static class CertsCommand
{
    internal const string Usage = "sluice certs [--renew [NAME]] [--socket PATH] [--json]";

    internal static Command Create()
    {
        var renew = new Option<string?>("--renew")
        {
            Description = "Renew the certificate for a name, or all of issuers, now.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return ControlCommand.Create(
            "certs",
            "Show the certificates of a running instance, and renew them.",
            (client, isJson, parsed) => parsed.GetResult(renew) is null ? Show(client, isJson) : Renew(client, isJson, parsed.GetValue(renew)),
            renew);
    }

    private static int Show(ControlClient client, bool isJson)
    {
        Write(client.Get("/v1/certificates", ApiJson.Default.IReadOnlyListCertificateReport), isJson);
        return ExitCode.Ok;
    }

    private static int Renew(ControlClient client, bool isJson, string? name)
    {
        string resource = "/v1/certificates/renew" + (name is null ? "" : "?name=" + Uri.EscapeDataString(name));
        IReadOnlyList<CertificateReport> reports = client.Post(resource, ApiJson.Default.IReadOnlyListCertificateReport, TimeSpan.FromMinutes(3));
        Write(reports, isJson);
        if (reports.Count == 0)
        {
            Terminal.Complain(name is null ? "no certificate of this instance comes from an issuer" : $"no issuer gives this instance a certificate for {name}");
        }

        return reports.Count > 0 && reports.All(report => report.Error is null) ? ExitCode.Ok : ExitCode.Rejected;
    }

    private static void Write(IReadOnlyList<CertificateReport> reports, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(reports, ApiJson.Default.IReadOnlyListCertificateReport);
            return;
        }

        var table = new TextTable("NAMES", "SOURCE", "STATE", "EXPIRES", "RENEWAL", "ORIGIN");
        foreach (CertificateReport report in reports)
        {
            table.Add(
                string.Join(' ', report.Names), report.Source, report.State, TimeOf(report.NotAfter), TimeOf(report.NextRenewal), report.Error ?? report.Origin ?? "-");
        }

        table.Write();
    }

    private static string TimeOf(DateTimeOffset? time) =>
        time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "-";
}
