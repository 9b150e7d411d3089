using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Proxy.Forwarding;

/// <summary>Tells servers who a client is by its certificate. What clients say of that themselves never gets further, nor do routes match on it.</summary>
internal sealed class ClientCertificateFields
{
    private static readonly byte[] ClientCertName = "client-cert"u8.ToArray();
    private static readonly byte[] ClientCertChainName = "client-cert-chain"u8.ToArray();

    private readonly ClientIdentityPlan _plan;
    private readonly (byte[] Name, CertificateField Field)[] _headers;
    private readonly byte[][] _removed;
    private readonly bool _removesKnown;

    /// <summary>Makes a plan ready.</summary>
    public ClientCertificateFields(ClientIdentityPlan plan)
    {
        _plan = plan;
        _headers = [.. plan.Headers.Select(header => (Encoding.ASCII.GetBytes(header.Name), header.Field))];
        _removed = [ClientCertName, ClientCertChainName, .. _headers.Select(header => header.Name)];
        _removesKnown = _removed.Any(name => KnownFields.Find(name) != KnownField.Other);
    }

    /// <summary>Whether a field is one that only this program may write.</summary>
    public bool IsOwn(ReadOnlySpan<byte> name) => IsAny(_removed, name);

    /// <summary>Takes out of a request what only this program may say, on plain connections, too.</summary>
    public static void Remove(Exchange exchange) => RemoveFrom(exchange.Request.Fields, exchange);

    /// <summary>Takes the same out of the trailers of its content: servers may merge them into the header section (RFC 9110, section 6.5.1).</summary>
    public static void RemoveFrom(FieldTable fields, Exchange exchange)
    {
        ClientCertificateFields own = exchange.Snapshot.ClientCertificateFields;
        for (int i = fields.Count - 1; i >= 0; i--)
        {
            if ((fields[i].Known == KnownField.Other || own._removesKnown) && IsAny(own._removed, fields.Name(i)))
            {
                fields.RemoveAt(i);
            }
        }
    }

    /// <summary>Writes what the plan says, of a client that has shown a certificate.</summary>
    public static void Append(ref HeadWriter writer, Exchange exchange)
    {
        ClientCertificateFields fields = exchange.Snapshot.ClientCertificateFields;
        if (exchange.ClientTls?.Certificate is not { } certificate)
        {
            return;
        }

        if (fields._plan.ClientCert)
        {
            writer.AppendField("Client-Cert"u8, certificate.ClientCert);
        }

        if (fields._plan.ClientCertChain && certificate.ClientCertChain.Length > 0)
        {
            writer.AppendField("Client-Cert-Chain"u8, certificate.ClientCertChain);
        }

        foreach ((byte[] name, CertificateField field) in fields._headers)
        {
            ReadOnlySpan<byte> value = certificate.Get(field);
            if (!value.IsEmpty)
            {
                writer.AppendField(name, value);
            }
        }
    }

    private static bool IsAny(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (byte[] known in names)
        {
            if (known.Length == name.Length && Ascii.EqualsIgnoreCase(known, name))
            {
                return true;
            }
        }

        return false;
    }
}
