namespace Sluice.Certificates.Keeping;

/// <summary>Where a keeper reports what it does. Called from any thread; must not throw or block for long.</summary>
public interface IKeeperLog
{
    /// <summary>Takes one entry.</summary>
    void Write(KeeperLogEntry entry);
}
