using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lab.Core.Scheduling;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>The calling thread's stack as reports show it: the program's own frames, file names without paths.</summary>
internal static class CallStack
{
    internal static string Here()
    {
        var text = new StringBuilder();
        foreach (var frame in new StackTrace(2, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { } type } method && IsShown(type))
            {
                text.Append(text.Length == 0 ? "  at " : "\n  at ").Append(Name(type, method.Name));
                if (frame.GetFileName() is { } file)
                {
                    text.Append(CultureInfo.InvariantCulture, $" ({TaskText.FileName(file)}:{frame.GetFileLineNumber()})");
                }
            }
        }

        return text.Length == 0 ? "  (no frame of the program is on the stack)" : text.ToString();
    }

    /// <summary>Neither the machinery below the program nor the lab's own loop; of the BCL the calls that block are told by the frames that call them.</summary>
    private static bool IsShown(Type type) =>
        type.Assembly != typeof(object).Assembly && type.Assembly != typeof(RuntimeTask).Assembly && type.Assembly != typeof(CallStack).Assembly;

    /// <summary>For lambdas and async methods the method that they are written in, not what the compiler made of it.</summary>
    private static string Name(Type type, string method)
    {
        for (; type.Name.StartsWith('<') && type.DeclaringType is { } outer; type = outer)
        {
            method = Written(type.Name) is { Length: > 0 } written ? written : method;
        }

        return $"{type.Name}.{(method.StartsWith('<') ? Written(method) : method)}";
    }

    private static string Written(string generated) => generated.TrimStart('<').Split('>', 2)[0];
}
