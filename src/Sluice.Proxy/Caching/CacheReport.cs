using System.Text;
using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Proxy.Caching;

/// <summary>What the head of a response says of the cache: <c>Age</c> (RFC 9111, section 5.1) and <c>Cache-Status</c> (RFC 9211). Belongs to a visit, and is reused.</summary>
internal sealed class CacheReport
{
    private ForwardReason _reason;
    private long _age;
    private long _ttl;
    private int _status;
    private bool _hasAge;
    private bool _isCollapsed;
    private bool _isStored;

    /// <summary>Forgets the last response.</summary>
    public void Reset()
    {
        _reason = ForwardReason.None;
        _hasAge = false;
        _status = 0;
        _isCollapsed = false;
        _isStored = false;
    }

    /// <summary>It is sent from what was stored before.</summary>
    public void OnFound(in StoredTimes times, long now)
    {
        _hasAge = true;
        _age = times.AgeAt(now);
        _ttl = times.TtlAt(now);
    }

    /// <summary>It goes to a server without the cache.</summary>
    public void OnForwarded(ForwardReason reason) => _reason = reason;

    /// <summary>The server's response is passed on.</summary>
    public void OnPassed(int status) => _status = status;

    /// <summary>A server was asked for it, and it is stored.</summary>
    public void OnFetched(in StoredTimes times, long now, int status, ForwardReason reason, bool isCollapsed, bool isStored)
    {
        OnFound(times, now);
        _reason = reason;
        _status = status;
        _isCollapsed = isCollapsed;
        _isStored = isStored;
    }

    /// <summary>Has fields left out that are written anew.</summary>
    public void MarkReplaced(FieldTable fields)
    {
        int age = _hasAge ? fields.IndexOf(KnownField.Age) : -1;
        if (age >= 0)
        {
            fields.SetFlags(age, fields[age].Flags | FieldFlags.Replaced);
        }

        MarkOwn(fields);
    }

    /// <summary>Has fields left out that are for this cache alone: what it may do, and what it purges by.</summary>
    public static void MarkOwn(FieldTable fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Known == KnownField.Other && (Ascii.EqualsIgnoreCase(fields.Name(i), ResponseDirectives.SluiceName) || CacheTags.IsTagField(fields.Name(i))))
            {
                fields.SetFlags(i, fields[i].Flags | FieldFlags.Replaced);
            }
        }
    }

    /// <summary>Writes the lines, less those that the route takes out.</summary>
    public void Append(ref HeadWriter writer, bool saysStatus, ulong dropMask)
    {
        if (_hasAge && (dropMask & KnownFields.MaskOf(KnownField.Age)) == 0)
        {
            writer.Append("Age: "u8);
            writer.AppendNumber(_age);
            writer.Append("\r\n"u8);
        }

        if (saysStatus)
        {
            var status = new CacheStatus
            {
                Forward = _reason,
                ForwardStatus = _status,
                Ttl = _hasAge ? _ttl : null,
                IsStored = _isStored,
                Collapse = _isCollapsed ? CollapseOutcome.Reused : CollapseOutcome.None,
            };
            CacheStatusField.Append(ref writer, "sluice"u8, status);
        }
    }
}
