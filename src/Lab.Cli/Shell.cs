namespace Lab.Cli;

/// <summary>Command lines that can be pasted.</summary>
internal static class Shell
{
    /// <summary>As it is, or in double quotes where a shell would take it apart.</summary>
    internal static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(static c => char.IsLetterOrDigit(c) || "-_./\\:,=+@%~".Contains(c)) ? argument : $"\"{argument.Replace("\"", "\\\"")}\"";
}
