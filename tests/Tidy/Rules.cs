using Sluice.Tidy.Code;
using Sluice.Tidy.Documents;
using Sluice.Tidy.Names;
using Sluice.Tidy.Projects;
using Sluice.Tidy.Size;
using Sluice.Tidy.Text;

namespace Sluice.Tidy;

/// <summary>Every rule that the whole repository must keep. The one about stages has a test of its own.</summary>
public static class Rules
{
    public const string AllowListPath = "tests/Tidy/long-methods.txt";

    public static IReadOnlyList<IRule> All { get; } =
    [
        new FileLengthRule(),
        new MethodLengthRule(AllowListPath),
        new NestingRule(),
        new BannedNameRule(),
        new TypePerFileRule(),
        new PartialTypeRule(),
        new UnsafeCodeRule(),
        new EmptyCatchRule(),
        new BlockingSleepRule(),
        new UnfinishedCodeRule(),
        new OpenTaskRule(),
        new WhitespaceRule(),
        new UnsafeSettingRule(),
        new ReferenceDirectionRule(),
        new LinkRule(path => Path.Exists(Path.Combine(Repository.Root, path))),
        new DecisionRule(),
    ];
}
