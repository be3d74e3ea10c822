using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// A frame of a stack as its author wrote it: of lambdas, local functions and async methods the method that they stand in, not what the compiler made of
/// it; of the file its name only, so that a report is the same on every machine. Works from names, which a trimmed or natively compiled program keeps.
/// </summary>
/// <param name="FullType">As the runtime calls it.</param>
/// <param name="Assembly">Its simple name.</param>
/// <param name="Type">Without namespace, outer types and type parameters.</param>
/// <param name="File">Null where no source is known.</param>
internal readonly record struct WrittenMethod(string FullType, string Assembly, string Type, string Name, string? File, int Line)
{
    private static readonly string[] s_hidden = ["System", "Microsoft", "netstandard", "mscorlib", "Lab", "Lab.Core", "Lab.NUnit", "Lab.FsCheck", "nunit", "FsCheck", "FSharp"];

    /// <summary>It is user code: not of the BCL, the core, the lab or the test framework.</summary>
    internal bool IsOfProgram
    {
        get
        {
            var assembly = Assembly;
            return !s_hidden.Any(
                hidden => assembly == hidden || (hidden is not ("Lab" or "Lab.Core") && assembly.StartsWith(hidden + ".", StringComparison.Ordinal)));
        }
    }

    /// <summary>The type is one that users know. False where it is not known: in a trimmed program a type that nobody looks at is not there.</summary>
    internal bool IsOfPublicType
    {
        [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A type that was removed is called unknown, which is an answer.")]
        get => (Assembly == "Lab" ? typeof(WrittenMethod) : typeof(Cx)).Assembly.GetType(FullType) is { IsVisible: true };
    }

    /// <summary>Innermost first; frames without a method or a type are left out.</summary>
    internal static IEnumerable<WrittenMethod> In(StackTrace stack)
    {
        foreach (var frame in stack.GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame) is { DeclaringTypeName: { } type } method)
            {
                var nested = type[(type.Split('<', 2)[0].LastIndexOf('.') + 1)..].Split('+');
                yield return new WrittenMethod(
                    type,
                    method.DeclaringAssemblyName.Split(',', 2)[0],
                    (Array.FindLast(nested, static part => !part.StartsWith('<')) ?? nested[0]).Split('`')[0],
                    NameOf(nested[^1], method.Name),
                    frame.GetFileName() is { } file ? TaskText.FileName(file) : null,
                    frame.GetFileLineNumber());
            }
        }
    }

    /// <summary><c>Type.Method (File.cs:12)</c>, or without the place where it is not known.</summary>
    public override string ToString() =>
        File is null ? $"{Type}.{Name}" : string.Create(CultureInfo.InvariantCulture, $"{Type}.{Name} ({File}:{Line})");

    // "<Run>d__3.MoveNext", "<Run>b__0_1", "<<Run>b__0_1>d.MoveNext": the method that was written stands in the innermost brackets.
    private static string NameOf(string type, string method)
    {
        var isGenerated = method.StartsWith('<');
        var name = isGenerated || method == "MoveNext" ? $"{type}.{method}" : method;
        var open = isGenerated ? name.LastIndexOf('<') : name.IndexOf('<');
        while (open >= 0 && open + 1 < name.Length && name[open + 1] == '<')
        {
            open++;
        }

        var close = open < 0 ? -1 : name.IndexOf('>', open);
        return close > open + 1 ? name[(open + 1)..close] : method;
    }
}
