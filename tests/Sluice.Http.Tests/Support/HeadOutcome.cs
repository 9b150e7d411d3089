using System.Globalization;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Http.Tests.Support;

/// <summary>What a reader made of a head, as text that can be compared.</summary>
internal static class HeadOutcome
{
    internal static string Describe(RequestHead head, RequestHeadReader reader, ReadStatus status, int offset)
    {
        if (status != ReadStatus.Done)
        {
            return $"{status} {reader.Violation}";
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{status} end={reader.HeadEnd - offset} {head.Method} {Bytes.ToText(head.MethodText)} 1.{head.MinorVersion}\n");
        text.Append(CultureInfo.InvariantCulture, $"target={Bytes.ToText(head.RawTarget)} path={Bytes.ToText(head.Path)} query={head.HasQuery} {Bytes.ToText(head.Query)}\n");
        text.Append(CultureInfo.InvariantCulture, $"host={Bytes.ToText(head.Host)} authority={Bytes.ToText(head.Authority)} port={head.Port}\n");
        text.Append(CultureInfo.InvariantCulture, $"framing={head.Framing} {head.ContentLength} body={head.HasBody} keep={head.KeepAlive} expect={head.ExpectContinue}\n");
        text.Append(CultureInfo.InvariantCulture, $"upgrade={head.HasUpgrade} {Bytes.ToText(head.UpgradeToken)} trailers={head.TeTrailers} asterisk={head.IsAsteriskForm}\n");
        return text.Append(Describe(head.Fields)).ToString();
    }

    internal static string Describe(ResponseHead head, ResponseHeadReader reader, ReadStatus status, int offset)
    {
        if (status != ReadStatus.Done)
        {
            return $"{status} {reader.Violation}";
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{status} end={reader.HeadEnd - offset} {head.Status} {Bytes.ToText(head.Reason)} 1.{head.MinorVersion}\n");
        text.Append(CultureInfo.InvariantCulture, $"framing={head.Framing} {head.ContentLength} keep={head.KeepAlive} {head.KeepAliveTimeoutSeconds} ");
        text.Append(CultureInfo.InvariantCulture, $"upgrade={Bytes.ToText(head.UpgradeToken)} interim={head.IsInterim}\n");
        return text.Append(Describe(head.Fields)).ToString();
    }

    internal static string Describe(FieldTable? fields)
    {
        var text = new StringBuilder();
        for (int i = 0; i < (fields?.Count ?? 0); i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Bytes.ToText(fields!.Name(i))}={Bytes.ToText(fields.Value(i))} [{fields[i].Known} {fields[i].Flags}]\n");
        }

        return text.ToString();
    }
}
