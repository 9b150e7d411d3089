namespace Sluice.Proxy.Caching.Tiers;

/// <summary>An object that is being stored. One thread at a time appends, and ends it once, by <see cref="CommitAsync"/> or <see cref="Abort"/>. Nothing of this waits.</summary>
public interface ITierWriter
{
    /// <summary>What is stored so far, to be read by those who retain it; its writer's own reference ends with the writing.</summary>
    ITierObject Object { get; }

    /// <summary>Whether every tier takes it; false where one of two does, and the other may take it when it is asked for more often.</summary>
    bool IsEverywhere => true;

    /// <summary>Appends a copy of bytes. False: it isn't stored, and nothing more is appended; what was accepted before can still be read by those who have a reference.</summary>
    bool TryAppend(ReadOnlySpan<byte> bytes);

    /// <summary>All of it was appended. The task ends when it can be found, with true, or when it came to nothing.</summary>
    Task<bool> CommitAsync();

    /// <summary>There is no more to come, and what there is isn't to be found. Who has a reference can still read what was accepted.</summary>
    void Abort();
}
