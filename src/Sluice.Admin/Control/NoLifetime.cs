using Microsoft.Extensions.Hosting;

namespace Sluice.Admin.Control;

/// <summary>Leaves signals to the program: the control plane is a part of it, not the whole.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
