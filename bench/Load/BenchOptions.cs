namespace Sluice.Load;

/// <summary>What the command line asked for.</summary>
/// <param name="Rounds">Interleaved rounds per row; every contender runs once per round.</param>
/// <param name="Seconds">Length of one contender's run in a round, in seconds.</param>
/// <param name="SluicePath">An existing executable; null publishes the repository's own.</param>
/// <param name="SkipSluice">Only nginx and HAProxy, to try the bench itself.</param>
/// <param name="JsonPath">File for the raw samples; null for none.</param>
/// <param name="Only">Key of the only row to run; null for all.</param>
/// <param name="Routes">Routes that a second Sluice has besides, to compare it with the first; 0 for none.</param>
internal sealed record BenchOptions(int Rounds, int Seconds, string? SluicePath, bool SkipSluice, string? JsonPath, string? Only, int Routes);
