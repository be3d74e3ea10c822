using System.Globalization;
using Lab.Causality;
using Lab.Core.Scheduling;

namespace Lab.Oracles;

/// <summary>How verdicts speak of tasks and places: the same in every text.</summary>
internal static class TaskText
{
    /// <summary>For example <c>T0.1 "consumer"</c>.</summary>
    internal static string Of(TaskShadow task) =>
        task.Id == EntityId.Clock ? "a timer callback" : task.Cx.Name is { } name ? $"T{task.Text} \"{name}\"" : $"T{task.Text}";

    /// <summary>Where the task last called the core: <c>Bank.cs:14</c>.</summary>
    internal static string Site(RuntimeTask task) =>
        task.SiteFile.Length == 0 ? "no call yet" : string.Create(CultureInfo.InvariantCulture, $"{FileName(task.SiteFile)}:{task.SiteLine}");

    /// <summary>File name only, whatever machine compiled it: paths would break byte-identity.</summary>
    internal static string FileName(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
}
