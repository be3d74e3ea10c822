namespace Lab.Exploration;

/// <summary>A scenario is not there, or is not one. The message is one line that says what and how to mend it.</summary>
public sealed class ScenarioException(string message) : Exception(message);
