using Sluice.Certificates.Keeping;

namespace Sluice.Admin.Certificates;

/// <summary>Tells the operator what becomes of automatic certificates.</summary>
internal sealed class CertificateLog(Action<string> write) : IKeeperLog
{
    /// <inheritdoc/>
    public void Write(KeeperLogEntry entry)
    {
        string about = (entry.Name, entry.Issuer) switch
        {
            ("", "") => "",
            ("", string issuer) => $" ({issuer})",
            (string name, "") => $" {name}",
            (string name, string issuer) => $" {name} ({issuer})",
        };
        write($"certificate{about}: {entry.Message}");
    }
}
