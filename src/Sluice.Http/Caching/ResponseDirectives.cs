using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// What a response says to caches (RFC 9111, section 5.2.2), from the one field that counts (RFC 9213, section 2.2). Where directives contradict each other or can't
/// be read, the cautious reading holds: the shortest of several times, and a time that is none as 0 (section 4.2.1).
/// </summary>
public struct ResponseDirectives : IEquatable<ResponseDirectives>
{
    private FieldNameBudget _names;
    private bool _hasWrongType;

    /// <summary>Where they come from.</summary>
    public DirectiveSource Source { get; private set; }

    /// <summary>Those without a time.</summary>
    public DirectiveFlags Flags { get; private set; }

    /// <summary>Seconds, at most <see cref="DeltaSeconds.Max"/>; null when it isn't there.</summary>
    public long? MaxAge { get; private set; }

    /// <summary><c>s-maxage</c>, which goes before <see cref="MaxAge"/> here.</summary>
    public long? SharedMaxAge { get; private set; }

    /// <summary>For how many seconds behind its lifetime a response may be used while a new one is fetched (RFC 5861, section 3).</summary>
    public long? StaleWhileRevalidate { get; private set; }

    /// <summary>For how many seconds behind its lifetime a response may take the place of an error (RFC 5861, section 4).</summary>
    public long? StaleIfError { get; private set; }

    internal static ReadOnlySpan<byte> CdnName => "cdn-cache-control"u8;

    /// <summary>The field for this proxy alone: stored, since freshening needs it, and not for clients.</summary>
    public static ReadOnlySpan<byte> SluiceName => "sluice-cache-control"u8;

    /// <summary>Whether a directive is there.</summary>
    public readonly bool Has(DirectiveFlags flag) => (Flags & flag) != 0;

    /// <summary>Reads them.</summary>
    /// <param name="fields">Of the response.</param>
    /// <param name="ignored">With <see cref="IgnoredFields.CacheControl"/> there are none, whatever the response says.</param>
    public static ResponseDirectives Read(FieldTable fields, IgnoredFields ignored = IgnoredFields.None)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if ((ignored & IgnoredFields.CacheControl) != 0)
        {
            return default;
        }

        if (TryReadTargeted(fields, SluiceName, DirectiveSource.SluiceCacheControl, out ResponseDirectives directives)
            || TryReadTargeted(fields, CdnName, DirectiveSource.CdnCacheControl, out directives))
        {
            return directives;
        }

        directives = default;
        for (int i = fields.IndexOf(KnownField.CacheControl); i >= 0; i = fields.IndexOf(KnownField.CacheControl, i + 1))
        {
            directives.Source = DirectiveSource.CacheControl;
            directives.ReadLine(fields.Value(i));
        }

        return directives;
    }

    /// <inheritdoc/>
    public readonly bool Equals(ResponseDirectives other) =>
        Source == other.Source && Flags == other.Flags && MaxAge == other.MaxAge && SharedMaxAge == other.SharedMaxAge
        && StaleWhileRevalidate == other.StaleWhileRevalidate && StaleIfError == other.StaleIfError;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ResponseDirectives other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Source, Flags, MaxAge, SharedMaxAge, StaleWhileRevalidate, StaleIfError);

    /// <summary>The same.</summary>
    public static bool operator ==(ResponseDirectives left, ResponseDirectives right) => left.Equals(right);

    /// <summary>Not the same.</summary>
    public static bool operator !=(ResponseDirectives left, ResponseDirectives right) => !left.Equals(right);

    // A field that is empty, or in any of its lines no dictionary, is as if it weren't there (RFC 9213, section 2.1). One with a time that is no integer has no
    // valid value either; but what it forbids holds, since the fields behind it may allow more.
    private static bool TryReadTargeted(FieldTable fields, ReadOnlySpan<byte> name, DirectiveSource source, out ResponseDirectives directives)
    {
        directives = default;
        bool isEmpty = true;
        for (int i = fields.IndexOf(name); i >= 0; i = fields.IndexOf(name, i + 1))
        {
            var dictionary = new StructuredDictionary(fields.Value(i));
            while (dictionary.MoveNext())
            {
                isEmpty = false;
                directives.Set(dictionary);
            }

            if (dictionary.HasFailed)
            {
                return false;
            }
        }

        directives.Source = source;
        return !isEmpty && (!directives._hasWrongType || directives.Has(DirectiveFlags.NoStore | DirectiveFlags.NoCache | DirectiveFlags.Private));
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        var reader = new DirectiveReader(line);
        while (reader.MoveNext())
        {
            switch (reader.Directive)
            {
                case Directive.MaxAge:
                    MaxAge = Shorter(MaxAge, SecondsOf(reader));
                    break;
                case Directive.SharedMaxAge:
                    SharedMaxAge = Shorter(SharedMaxAge, SecondsOf(reader));
                    break;
                case Directive.StaleWhileRevalidate:
                    StaleWhileRevalidate = Shorter(StaleWhileRevalidate, SecondsOf(reader));
                    break;
                case Directive.StaleIfError:
                    StaleIfError = Shorter(StaleIfError, SecondsOf(reader));
                    break;
                case Directive.NoCache or Directive.Private:
                    DirectiveFlags whole = FlagOf(reader.Directive);
                    bool isList = reader.Form is ArgumentForm.Token or ArgumentForm.Quoted && _names.TryTake(reader.Argument);
                    Flags |= isList ? DirectiveFlags.HasFieldNames : whole;
                    break;
                case Directive.Public or Directive.MustUnderstand or Directive.Immutable when reader.Form != ArgumentForm.None:
                    // They allow something, and have no argument: with one they mean something that isn't known.
                    break;
                default:
                    Flags |= FlagOf(reader.Directive);
                    break;
            }
        }

        Flags |= reader.IsUnterminated ? DirectiveFlags.Broken : DirectiveFlags.None;
    }

    // The last member of a name wins (RFC 8941, section 3.2). A value of the wrong type isn't consumed (RFC 9213, section 2.1), on the cautious side.
    private void Set(in StructuredDictionary member)
    {
        Directive directive = DirectiveNames.Find(member.Key);
        DirectiveFlags flag = FlagOf(directive);
        bool isFalse = member.Kind == StructuredKind.Boolean && member.Value[0] == '0';
        bool isTrue = member.Kind == StructuredKind.Boolean && !isFalse;
        bool isTime = directive is Directive.MaxAge or Directive.SharedMaxAge or Directive.StaleWhileRevalidate or Directive.StaleIfError;
        _hasWrongType |= isTime && member.Kind != StructuredKind.Integer;
        switch (directive)
        {
            case Directive.MaxAge:
                MaxAge = SecondsOf(member);
                break;
            case Directive.SharedMaxAge:
                SharedMaxAge = SecondsOf(member);
                break;
            case Directive.StaleWhileRevalidate:
                StaleWhileRevalidate = SecondsOf(member);
                break;
            case Directive.StaleIfError:
                StaleIfError = SecondsOf(member);
                break;
            case Directive.NoCache or Directive.Private:
                bool isList = member.Kind is StructuredKind.String or StructuredKind.Token && _names.TryTake(member.Value);
                Flags = (Flags & ~flag) | (isFalse ? DirectiveFlags.None : isList ? DirectiveFlags.HasFieldNames : flag);
                break;
            case Directive.Public or Directive.MustUnderstand or Directive.Immutable:
                Flags = isTrue ? Flags | flag : Flags & ~flag;
                break;
            default:
                Flags = isFalse ? Flags & ~flag : Flags | flag;
                break;
        }
    }

    private static DirectiveFlags FlagOf(Directive directive) => directive switch
    {
        Directive.Immutable => DirectiveFlags.Immutable,
        Directive.MustRevalidate => DirectiveFlags.MustRevalidate,
        Directive.MustUnderstand => DirectiveFlags.MustUnderstand,
        Directive.NoCache => DirectiveFlags.NoCache,
        Directive.NoStore => DirectiveFlags.NoStore,
        Directive.NoTransform => DirectiveFlags.NoTransform,
        Directive.Private => DirectiveFlags.Private,
        Directive.ProxyRevalidate => DirectiveFlags.ProxyRevalidate,
        Directive.Public => DirectiveFlags.Public,
        _ => DirectiveFlags.None,
    };

    private static long SecondsOf(in DirectiveReader reader) =>
        reader.Form is ArgumentForm.Token or ArgumentForm.Quoted && DeltaSeconds.TryParse(reader.Argument, out long seconds) ? seconds : 0;

    private static long SecondsOf(in StructuredDictionary member) =>
        member.Kind == StructuredKind.Integer && DeltaSeconds.TryParse(member.Value, out long seconds) ? seconds : 0;

    private static long Shorter(long? known, long seconds) => Math.Min(known ?? DeltaSeconds.Max, seconds);
}
