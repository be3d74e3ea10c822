using System.Diagnostics;
using System.Text;

namespace Lab.Execution;

/// <summary>The calling thread's stack as reports show it: the program's own frames, file names without paths.</summary>
internal static class CallStack
{
    /// <summary>Neither the machinery below the program nor the lab's own loop; of the BCL the calls that block are told by the frames that call them.</summary>
    private static readonly string[] s_hidden = ["System.Private.CoreLib", "Lab.Core", "Lab"];

    internal static string Here() => Text(WrittenMethod.In(new StackTrace(2, fNeedFileInfo: true)));

    /// <summary>Inside of a call of the core or the lab: from where it was called. <paramref name="call"/>: what; empty where that is not known.</summary>
    internal static string IntoLab(out string call)
    {
        var frames = WrittenMethod.In(new StackTrace(2, fNeedFileInfo: true)).ToList();
        var last = frames.FindLastIndex(static method => method.Assembly is "Lab.Core" or "Lab");

        // Of what the JIT put into its caller no frame is left: then the last one is the core's own, whose names tell nobody anything.
        call = last >= 0 && frames[last].IsOfPublicType ? $"{frames[last].Type}.{frames[last].Name}" : "";
        return Text(frames.Skip(last + 1));
    }

    private static string Text(IEnumerable<WrittenMethod> frames)
    {
        var text = new StringBuilder();
        foreach (var method in frames)
        {
            if (!s_hidden.Contains(method.Assembly))
            {
                text.Append(text.Length == 0 ? "  at " : "\n  at ").Append(method);
            }
        }

        return text.Length == 0 ? "  (no frame of the program is on the stack)" : text.ToString();
    }
}
