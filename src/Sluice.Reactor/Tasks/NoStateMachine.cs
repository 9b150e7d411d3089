using System.Runtime.CompilerServices;

namespace Sluice.Reactor.Tasks;

/// <summary>Stands for the method of a box that only carries an exception thrown before the first wait.</summary>
internal readonly struct NoStateMachine : IAsyncStateMachine
{
    /// <inheritdoc/>
    public void MoveNext()
    {
    }

    /// <inheritdoc/>
    public void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }
}
