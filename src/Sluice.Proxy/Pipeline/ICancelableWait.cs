namespace Sluice.Proxy.Pipeline;

/// <summary>Something on the upstream's side that an exchange waits for and that ends early when the client goes away.</summary>
public interface ICancelableWait
{
    /// <summary>Ends the wait; what awaits it goes on inline. Called on the exchange's loop.</summary>
    void CancelWait();
}
