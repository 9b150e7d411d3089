using System.Text.Json;
using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Storage;

/// <summary>What stands in a lock file.</summary>
/// <param name="Id">Of this holding; random.</param>
/// <param name="Machine">Its name, for people who look.</param>
/// <param name="Holder">The process.</param>
/// <param name="Heartbeat">When the holder was last seen to live, by its clock.</param>
internal sealed record LockRecord(string Id, string Machine, HolderIdentity Holder, DateTimeOffset Heartbeat)
{
    /// <summary>As JSON.</summary>
    public byte[] Write() => JsonText.Object(
        json =>
        {
            json.WriteString("id", Id);
            json.WriteString("machine", Machine);
            json.WriteString("host", Holder.Host);
            json.WriteNumber("process", Holder.ProcessId);
            json.WriteString("started", Holder.StartTicks);
            json.WriteString("heartbeat", Heartbeat);
        },
        indented: true);

    /// <summary>Reads one; null when it is none (yet).</summary>
    public static LockRecord? Read(byte[] content)
    {
        try
        {
            JsonElement json = JsonText.Parse(content);
            int processId = json.Member("process") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) ? value : 0;
            var holder = new HolderIdentity(json.Text("host") ?? "", processId, json.Text("started") ?? "");
            return json.Text("id") is { } id ? new LockRecord(id, json.Text("machine") ?? "", holder, json.Instant("heartbeat") ?? default) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
