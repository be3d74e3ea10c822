namespace Lab.Execution;

/// <summary>The core does not report what it does in this process, so there is nothing that a lab could steer or judge.</summary>
public sealed class LabInstrumentationException : InvalidOperationException
{
    internal LabInstrumentationException()
        : base(
            "The lab needs the core's instrumentation, which is off in this process: set <LabInstrumentation>true</LabInstrumentation> in the "
            + "project file, or the runtime option Lab.Core.Instrumentation to true.")
    {
    }
}
