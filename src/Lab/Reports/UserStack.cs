using System.Diagnostics;
using Lab.Execution;

namespace Lab.Reports;

/// <summary>
/// Where in the program an exception came from: the frames of user code only, as <c>Type.Method (File.cs:12)</c>. No folders, so that a report is
/// the same on every machine; no frames of the BCL, the core, the lab or the test framework.
/// </summary>
internal static class UserStack
{
    private const int MaxFrames = 8;

    internal static IReadOnlyList<string> Of(Exception error)
    {
        var frames = new List<string>();
        foreach (var method in WrittenMethod.In(new StackTrace(error, fNeedFileInfo: true)))
        {
            if (method.IsOfProgram && method.ToString() is var text && (frames.Count == 0 || frames[^1] != text))
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
}
