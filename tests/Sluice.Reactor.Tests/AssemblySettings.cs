using Xunit;

// Tests count descriptors, measure allocations and watch cores; they take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
