namespace Sluice.Certificates.Keeping;

/// <summary>An answer to a challenge that is to be taken away, whatever became of the order: also when that was cancelled. One owner.</summary>
internal sealed class ShownChallenge(Func<CancellationToken, Task> hide, TimeSpan timeout) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(timeout);
        try
        {
            await hide(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is CertificateException or OperationCanceledException)
        {
            // A record or file that is left does no harm: it answers a challenge that is over.
        }
    }
}
