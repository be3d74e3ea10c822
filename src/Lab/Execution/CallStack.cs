using System.Diagnostics;
using System.Text;

namespace Lab.Execution;

/// <summary>The calling thread's stack as reports show it: the program's own frames, file names without paths.</summary>
internal static class CallStack
{
    /// <summary>Neither the machinery below the program nor the lab's own loop; of the BCL the calls that block are told by the frames that call them.</summary>
    private static readonly string[] s_hidden = ["System.Private.CoreLib", "Lab.Core", "Lab"];

    internal static string Here()
    {
        var text = new StringBuilder();
        foreach (var method in WrittenMethod.In(new StackTrace(2, fNeedFileInfo: true)))
        {
            if (!s_hidden.Contains(method.Assembly))
            {
                text.Append(text.Length == 0 ? "  at " : "\n  at ").Append(method);
            }
        }

        return text.Length == 0 ? "  (no frame of the program is on the stack)" : text.ToString();
    }
}
