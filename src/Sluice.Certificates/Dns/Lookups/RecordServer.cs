using System.Net;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>A server that is to show a record.</summary>
/// <param name="Name">How it is called in messages.</param>
/// <param name="Addresses">Where it is; one of them is enough.</param>
internal sealed record RecordServer(string Name, IReadOnlyList<IPEndPoint> Addresses);
