namespace Sluice.Reactor.Interop;

/// <summary>The error numbers of Linux that the reactor tells apart.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchDevice = 6;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int CrossDevice = 18;
    public const int NotFolder = 20;
    public const int IsFolder = 21;
    public const int InvalidArgument = 22;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int NoSpace = 28;
    public const int NameTooLong = 36;
    public const int NoSuchCall = 38;
    public const int TooManyLinks = 40;
    public const int ProtocolError = 71;
    public const int Overflow = 75;
    public const int NotSupported = 95;
    public const int AddressInUse = 98;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBufferSpace = 105;
    public const int TimedOut = 110;
    public const int InProgress = 115;
    public const int Canceled = 125;
}
