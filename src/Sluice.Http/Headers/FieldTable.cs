using System.Diagnostics;
using System.Text;

namespace Sluice.Http.Headers;

/// <summary>The field lines of one message in their order, as offsets into one buffer. Reused by <see cref="Clear"/>; belongs to one reactor.</summary>
public sealed class FieldTable
{
    private const int InitialCapacity = 16;

    private readonly int _capacityMax;
    private Field[] _fields;

    /// <param name="capacityMax">The most field lines the table takes; its memory grows as they come.</param>
    public FieldTable(int capacityMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityMax);
        _capacityMax = capacityMax;
        _fields = new Field[Math.Min(capacityMax, InitialCapacity)];
        Buffer = [];
    }

    /// <summary>Holds the names and values; set anew when the owner moved them to a larger array, at the same offsets.</summary>
    public byte[] Buffer { get; set; }

    /// <summary>How many field lines there are.</summary>
    public int Count { get; private set; }

    /// <summary>A bit for each known field that is present: <c>1UL &lt;&lt; (int)field</c>.</summary>
    public ulong Present { get; private set; }

    /// <summary>The field line at an index below <see cref="Count"/>.</summary>
    public ref readonly Field this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)Count, "A field behind the last one was asked for.");
            return ref _fields[index];
        }
    }

    /// <summary>The name, in the sender's case.</summary>
    public ReadOnlySpan<byte> Name(int index)
    {
        ref readonly Field field = ref this[index];
        return Buffer.AsSpan(field.NameOffset, field.NameLength);
    }

    /// <summary>The value, without the blanks around it.</summary>
    public ReadOnlySpan<byte> Value(int index)
    {
        ref readonly Field field = ref this[index];
        return Buffer.AsSpan(field.ValueOffset, field.ValueLength);
    }

    /// <summary>Whether a known field is there.</summary>
    public bool Contains(KnownField field) => (Present & KnownFields.MaskOf(field)) != 0;

    /// <summary>The index of the first line of a known field at or behind <paramref name="from"/>, or -1.</summary>
    public int IndexOf(KnownField field, int from = 0)
    {
        if (!Contains(field))
        {
            return -1;
        }

        for (int i = from; i < Count; i++)
        {
            if (_fields[i].Known == field)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The index of the first line with this name, in any case, at or behind <paramref name="from"/>, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        for (int i = from; i < Count; i++)
        {
            if (_fields[i].NameLength == name.Length && Ascii.EqualsIgnoreCase(Name(i), name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The value of the first line of a known field.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryGet(KnownField field, out ReadOnlySpan<byte> value)
    {
        int index = IndexOf(field);
        value = index < 0 ? default : Value(index);
        return index >= 0;
    }

    /// <summary>Adds a field line behind the others.</summary>
    /// <returns>False when the table is full.</returns>
    public bool TryAdd(in Field field)
    {
        if (Count == _fields.Length && !TryGrow())
        {
            return false;
        }

        _fields[Count++] = field;
        Present |= KnownFields.MaskOf(field.Known);
        return true;
    }

    /// <summary>The same field lines with memory of their own.</summary>
    public FieldTable Copy()
    {
        int end = 0;
        for (int i = 0; i < Count; i++)
        {
            end = Math.Max(end, Math.Max(_fields[i].NameOffset + _fields[i].NameLength, _fields[i].ValueOffset + _fields[i].ValueLength));
        }

        var copy = new FieldTable(_capacityMax) { Buffer = Buffer.AsSpan(0, end).ToArray() };
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes over the field lines of another table in place of its own, but for the buffer.</summary>
    internal void CopyFrom(FieldTable other)
    {
        if (_fields.Length < other.Count)
        {
            _fields = new Field[other._fields.Length];
        }

        other._fields.AsSpan(0, other.Count).CopyTo(_fields);
        Count = other.Count;
        Present = other.Present;
    }

    /// <summary>Replaces what is known about the field line at an index.</summary>
    public void SetFlags(int index, FieldFlags flags)
    {
        Debug.Assert((uint)index < (uint)Count, "Flags were set behind the last field.");
        _fields[index] = _fields[index] with { Flags = flags };
    }

    /// <summary>Takes a field line of no known name out; those behind it move up.</summary>
    public void RemoveAt(int index)
    {
        Debug.Assert(_fields[index].Known == KnownField.Other, "What is present of known fields would have to be counted anew.");
        Array.Copy(_fields, index + 1, _fields, index, Count - index - 1);
        Count--;
    }

    /// <summary>Takes all lines of a known field out.</summary>
    internal void RemoveAll(KnownField known)
    {
        Debug.Assert(known != KnownField.Other, "It has a bit of its own.");
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_fields[i].Known != known)
            {
                _fields[kept++] = _fields[i];
            }
        }

        Count = kept;
        Present &= ~KnownFields.MaskOf(known);
    }

    /// <summary>Puts one line in the place of the first of a known field, and takes the others out.</summary>
    internal void Unite(in Field field)
    {
        int kept = 0;
        bool isPlaced = false;
        for (int i = 0; i < Count; i++)
        {
            if (_fields[i].Known != field.Known)
            {
                _fields[kept++] = _fields[i];
            }
            else if (!isPlaced)
            {
                isPlaced = true;
                _fields[kept++] = field;
            }
        }

        Count = kept;
    }

    /// <summary>Forgets all field lines; keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        Present = 0;
        Buffer = [];
    }

    private bool TryGrow()
    {
        if (_fields.Length == _capacityMax)
        {
            return false;
        }

        Array.Resize(ref _fields, Math.Min(_capacityMax, Math.Max(InitialCapacity, _fields.Length * 2)));
        return true;
    }
}
