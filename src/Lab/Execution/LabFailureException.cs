namespace Lab.Execution;

/// <summary>An execution in the lab failed. The message is the whole report; the program's own exception, if it was one, is the inner one.</summary>
public sealed class LabFailureException(LabResult result, string report) : Exception(report, result.Verdict.Exception)
{
    /// <summary>The failing execution, with its trace.</summary>
    public LabResult Result { get; } = result;
}
