namespace Sluice.Tidy.Cases;

/// <summary>A place where a number stands.</summary>
/// <param name="Number">The number of a case.</param>
/// <param name="Place">The file, and the method or line.</param>
/// <param name="IsTest">Whether it is a test that runs.</param>
public sealed record NumberedTest(string Number, string Place, bool IsTest);
