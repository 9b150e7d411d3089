using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;

namespace Sluice.Proxy.Telemetry;

/// <summary>The names of errors and broken rules as bytes, for log lines.</summary>
internal static class ErrorNames
{
    private static readonly byte[][] Errors =
        [.. Enum.GetValues<ProxyErrorCode>().Select(code => code == ProxyErrorCode.None ? [] : Encoding.ASCII.GetBytes(ProxyErrors.Get(code).Name))];

    private static readonly byte[][] Violated =
        [.. Enum.GetValues<Violation>().Select(violation => violation == Violation.None ? [] : Encoding.ASCII.GetBytes(Violations.Get(violation).Name))];

    /// <summary>The name of an error.</summary>
    public static ReadOnlySpan<byte> Of(ProxyErrorCode code) => Errors[(int)code];

    /// <summary>The name of a broken rule.</summary>
    public static ReadOnlySpan<byte> Of(Violation violation) => Violated[(int)violation];
}
