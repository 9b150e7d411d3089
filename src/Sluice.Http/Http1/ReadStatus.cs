namespace Sluice.Http.Http1;

/// <summary>How far a reader has come.</summary>
public enum ReadStatus : byte
{
    /// <summary>All given bytes were taken in, and the end is not there yet.</summary>
    NeedMore,

    /// <summary>The end was reached.</summary>
    Done,

    /// <summary>The peer broke a rule: see the reader's <c>Violation</c>. Whatever follows can't be understood, so the connection has to be closed.</summary>
    Failed,
}
