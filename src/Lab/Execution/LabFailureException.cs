namespace Lab.Execution;

/// <summary>An execution in the lab failed. The message is the whole report; the program's own exception, if it was one, is the inner one.</summary>
public sealed class LabFailureException(LabResult result) : Exception(Report(result), result.Verdict.Exception)
{
    /// <summary>The failing execution, with its trace.</summary>
    public LabResult Result { get; } = result;

    /// <summary>Makes the message; set by the folder of reports, which comes after this one.</summary>
    internal static Func<LabResult, string> Report { get; set; } = static result => result.Verdict.ToString();
}
