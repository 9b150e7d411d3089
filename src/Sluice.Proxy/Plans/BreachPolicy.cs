namespace Sluice.Proxy.Plans;

/// <summary>What is done against guessing secrets in compressed content by its length (the BREACH attack).</summary>
public enum BreachPolicy
{
    /// <summary>Nothing: for content without secrets, or that says nothing that the request does.</summary>
    Off,

    /// <summary>Each response gets a random number of bytes without a meaning, so that its length has to be asked for very often to mean something.</summary>
    Pad,

    /// <summary>Responses to requests with <c>Cookie</c> or <c>Authorization</c> are not compressed.</summary>
    Skip,
}
