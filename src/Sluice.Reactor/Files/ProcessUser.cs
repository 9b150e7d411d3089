using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Files;

/// <summary>The user that this process acts as.</summary>
public static class ProcessUser
{
    /// <summary>The number that files it makes are owned by; 0 is root.</summary>
    public static uint Id => LibC.GetEffectiveUser();
}
