using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Lab.Execution;

namespace Lab.Reports;

/// <summary>Makes the report the message of <see cref="LabFailureException"/>, whose folder comes before this one and cannot name it.</summary>
internal static class ReportOfExceptions
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Sets one static delegate of this assembly, before any of its code can throw; nothing else runs.")]
    internal static void Install() => LabFailureException.Report = static result => FailureReport.Of(result);
}
