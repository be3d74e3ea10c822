using System.Collections;
using System.Globalization;

namespace Lab.Linearizability;

/// <summary>How a call ended.</summary>
public enum AnswerKind
{
    /// <summary>It returned, and has no result.</summary>
    Done,

    /// <summary>It returned a value.</summary>
    Value,

    /// <summary>It threw.</summary>
    Threw,

    /// <summary>It was cancelled: an outcome of its own, which says that the call had no effect.</summary>
    Canceled,
}

/// <summary>What a call answered. Two answers are equal when kind and value are; of an exception only the type counts.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">The value returned, or the type of the exception.</param>
public readonly record struct Answer(AnswerKind Kind, object? Value)
{
    /// <summary>Returned, without a result.</summary>
    public static Answer Done => new(AnswerKind.Done, null);

    /// <summary>Was cancelled.</summary>
    public static Answer Canceled => new(AnswerKind.Canceled, null);

    /// <summary>Returned <paramref name="value"/>, which is compared by its own <c>Equals</c>.</summary>
    public static Answer Of(object? value) => new(AnswerKind.Value, value);

    /// <summary>Threw an exception of exactly this type.</summary>
    public static Answer Threw(Type exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(AnswerKind.Threw, exception);
    }

    /// <summary>For people: <c>ok</c>, the value, <c>throws X</c>, <c>canceled</c>.</summary>
    public override string ToString() => Kind switch
    {
        AnswerKind.Done => "ok",
        AnswerKind.Value => TextOf(Value),
        AnswerKind.Threw => $"throws {((Type)Value!).Name.Split('`')[0]}",
        _ => "canceled",
    };

    /// <summary>A value as tables and the text of calls have it: the same in every culture.</summary>
    internal static string TextOf(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(TextOf))}]",
        _ => value.ToString() ?? "",
    };
}
