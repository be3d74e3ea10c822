using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Lab.Reports;

/// <summary>
/// Where in the program an exception came from: the frames of user code only, as <c>Type.Method (File.cs:12)</c>. No folders, so that a report is
/// the same on every machine; no frames of the BCL, the core, the lab or the test framework.
/// </summary>
internal static class UserStack
{
    private const int MaxFrames = 8;

    private static readonly string[] s_hidden = ["System", "Microsoft", "netstandard", "mscorlib", "Lab", "Lab.Core", "Lab.NUnit", "Lab.FsCheck", "nunit", "FsCheck", "FSharp"];

    internal static IReadOnlyList<string> Of(Exception error)
    {
        var frames = new List<string>();
        foreach (var frame in new StackTrace(error, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is { } method && IsUserCode(method) && Text(method, frame) is var text && (frames.Count == 0 || frames[^1] != text))
            {
                frames.Add(text);
                if (frames.Count == MaxFrames)
                {
                    break;
                }
            }
        }

        return frames;
    }

    private static bool IsUserCode(MethodBase method)
    {
        var assembly = method.DeclaringType?.Assembly.GetName().Name;
        return assembly is not null && !s_hidden.Any(
            hidden => assembly == hidden || (hidden is not ("Lab" or "Lab.Core") && assembly.StartsWith(hidden + ".", StringComparison.Ordinal)));
    }

    private static string Text(MethodBase method, StackFrame frame)
    {
        var file = frame.GetFileName();
        var name = $"{TypeOf(method)}.{NameOf(method)}";
        return file is null
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{name} ({file[(file.LastIndexOfAny(['/', '\\']) + 1)..]}:{frame.GetFileLineNumber()})");
    }

    private static string TypeOf(MethodBase method)
    {
        var type = method.DeclaringType!;
        while (type.DeclaringType is { } outer && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
        {
            type = outer;
        }

        return type.Name.Split('`')[0];
    }

    // "<Run>d__3.MoveNext", "<Run>b__0_1", "<<Run>b__0_1>d.MoveNext": the method that the user wrote stands in the innermost brackets.
    private static string NameOf(MethodBase method)
    {
        var name = method.Name == "MoveNext" || method.Name.StartsWith('<') ? $"{method.DeclaringType!.Name}.{method.Name}" : method.Name;
        var open = method.Name.StartsWith('<') ? name.LastIndexOf('<') : name.IndexOf('<');
        while (open >= 0 && open + 1 < name.Length && name[open + 1] == '<')
        {
            open++;
        }

        var close = open < 0 ? -1 : name.IndexOf('>', open);
        return close > open + 1 ? name[(open + 1)..close] : method.Name;
    }
}
