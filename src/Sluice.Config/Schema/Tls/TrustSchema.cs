using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Tls;

/// <summary>The options about authorities that both sides share. The depth is that of <see cref="Sluice.Proxy.Plans.Tls.TrustPlan"/>, as a test checks.</summary>
internal static class TrustSchema
{
    /// <summary>The options for a record that has them.</summary>
    /// <param name="get">The trust of the record.</param>
    /// <param name="set">The record with another.</param>
    /// <param name="ca">What the authorities are for.</param>
    /// <param name="isRequired">Whether there have to be some.</param>
    internal static Option<TOwner>[] For<TOwner>(
        Func<TOwner, TrustConfig> get, Func<TOwner, TrustConfig, TOwner> set, string ca, bool isRequired) =>
    [
        Option<TOwner>.Create(
            "ca", new FilePathType(), ca, (owner, value) => set(owner, get(owner) with { Ca = value }), isRequired ? "" : "those of the system", isRequired),
        Option<TOwner>.Create(
            "crl", new FilePathType(),
            "A file with revocation lists in PEM, one for each authority of a chain: without one that is valid, no certificate of that authority is.",
            (owner, value) => set(owner, get(owner) with { Crl = value }), "revocation is not checked"),
        Option<TOwner>.Create(
            "depth", new IntegerType(0, 10), "How many intermediates may stand between a certificate and an authority, 0 to 10.",
            (owner, value) => set(owner, get(owner) with { Depth = value }), "`4`"),
    ];
}
