namespace Sluice.Reactor.Sockets;

/// <summary>Error numbers of <see cref="IoResult.Error"/> that callers tell apart.</summary>
public static class IoErrors
{
    /// <summary>Nobody listens at the address.</summary>
    public const int ConnectionRefused = 111;

    /// <summary>The address is taken.</summary>
    public const int AddressInUse = 98;

    /// <summary>The address may not be used by this user.</summary>
    public const int AccessDenied = 13;

    /// <summary>No machine has the address here.</summary>
    public const int AddressNotAvailable = 99;
}
