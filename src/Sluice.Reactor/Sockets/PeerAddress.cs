namespace Sluice.Reactor.Sockets;

/// <summary>Who is at the other end of an accepted connection.</summary>
/// <param name="Address">The address as a 128-bit number, IPv4 in its mapped form <c>::ffff:a.b.c.d</c>; 0 for a unix socket.</param>
/// <param name="Port">The port; 0 for a unix socket.</param>
public readonly record struct PeerAddress(UInt128 Address, int Port);
