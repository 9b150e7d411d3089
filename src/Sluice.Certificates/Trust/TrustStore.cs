namespace Sluice.Certificates.Trust;

/// <summary>
/// The stores of this machine that decide which authorities programs trust: the system's, and the databases of the user's browsers.
/// For commands; any thread, one call at a time.
/// </summary>
/// <param name="places">Where to look: <see cref="TrustPlaces.OfThisUser"/>, or places of a test.</param>
public sealed class TrustStore(TrustPlaces places)
{
    /// <summary>Has all stores trust a root.</summary>
    /// <param name="rootPem">The root in PEM.</param>
    /// <param name="ct">Ends the programs that are run.</param>
    /// <returns>One result for each store; the system's first.</returns>
    /// <exception cref="ArgumentException">It is no certificate.</exception>
    public Task<IReadOnlyList<TrustResult>> InstallAsync(string rootPem, CancellationToken ct) =>
        ForEachAsync(rootPem, (store, root) => store.InstallAsync(root, ct));

    /// <summary>Has no store trust a root any more.</summary>
    /// <param name="rootPem">The root in PEM.</param>
    /// <param name="ct">Ends the programs that are run.</param>
    /// <returns>One result for each store; the system's first.</returns>
    /// <exception cref="ArgumentException">It is no certificate.</exception>
    public Task<IReadOnlyList<TrustResult>> RemoveAsync(string rootPem, CancellationToken ct) =>
        ForEachAsync(rootPem, (store, root) => store.RemoveAsync(root, ct));

    private async Task<IReadOnlyList<TrustResult>> ForEachAsync(string rootPem, Func<ITrustStore, TrustedRoot, Task<TrustResult>> change)
    {
        var root = TrustedRoot.Read(rootPem);
        var results = new List<TrustResult>();
        foreach (ITrustStore store in (IEnumerable<ITrustStore>)[new SystemTrustStore(places), .. NssTrustStore.FindAll(places)])
        {
            results.Add(await change(store, root));
        }

        return results;
    }
}
