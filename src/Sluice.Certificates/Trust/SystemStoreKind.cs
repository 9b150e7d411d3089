namespace Sluice.Certificates.Trust;

/// <summary>How a family of distributions lets administrators add roots.</summary>
/// <param name="Folder">Where files with roots are put, below the system's root.</param>
/// <param name="Extension">How their names have to end.</param>
/// <param name="Program">What has to be run afterwards.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record SystemStoreKind(string Folder, string Extension, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>All that are known; the first one whose folder and program are there is taken.</summary>
    internal static IReadOnlyList<SystemStoreKind> All { get; } =
    [
        // Fedora, RHEL and their kin: update-ca-trust(8).
        new("etc/pki/ca-trust/source/anchors", ".pem", "update-ca-trust", ["extract"]),

        // Arch: trust(1). Before Debian's folder, which some packages make there, too.
        new("etc/ca-certificates/trust-source/anchors", ".crt", "trust", ["extract-compat"]),

        // openSUSE.
        new("etc/pki/trust/anchors", ".pem", "update-ca-certificates", []),

        // Debian, Ubuntu and Alpine: update-ca-certificates(8).
        new("usr/local/share/ca-certificates", ".crt", "update-ca-certificates", []),
    ];
}
