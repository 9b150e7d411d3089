using Sluice.Proxy.Plans.Tls;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Certificates;

/// <summary>Authorities and revocation lists, made ready once for all that trust the same: those of a system take 1 MB of OpenSSL's memory. Any thread.</summary>
/// <remarks>What nothing refers to any more is forgotten. Authorities of the system are read anew when their files have changed.</remarks>
internal static class TrustTable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(TrustPlan Plan, long SystemTicks), WeakReference<TlsTrust>> Known = [];

    /// <summary>A plan made ready.</summary>
    /// <exception cref="TlsException">The authorities or revocation lists can't be read.</exception>
    public static TlsTrust Get(TrustPlan plan)
    {
        (TrustPlan, long) key = (plan, plan.CaPem is null ? TlsTrust.SystemTicks() : 0);
        lock (Gate)
        {
            if (Known.TryGetValue(key, out WeakReference<TlsTrust>? reference) && reference.TryGetTarget(out TlsTrust? known))
            {
                return known;
            }

            foreach ((TrustPlan, long) gone in Known.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
            {
                Known.Remove(gone);
            }

            var trust = TlsTrust.Create(plan.CaPem, plan.CrlPem, plan.Depth);
            Known[key] = new WeakReference<TlsTrust>(trust);
            return trust;
        }
    }
}
