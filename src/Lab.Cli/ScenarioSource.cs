using System.CommandLine;
using System.Reflection;
using System.Runtime.Loader;
using Lab.Exploration;
using Lab.Traces;

namespace Lab.Cli;

/// <summary>Finds and loads the assembly whose scenarios are meant.</summary>
internal static class ScenarioSource
{
    /// <summary>Simple name of the assembly that is used when none is named; it is beside the tool.</summary>
    internal const string Samples = "Lab.Samples";

    internal static Option<string?> Option() => new("--assembly")
    {
        Description = "The .dll that holds the scenarios. Default: the samples that come with the tool.",
        HelpName = "path",
    };

    /// <summary>The option as the end of a command line; nothing for null.</summary>
    internal static string Named(string? assembly) => assembly is null ? "" : $" --assembly {Shell.Quoted(assembly)}";

    /// <summary>The scenarios of the assembly at <paramref name="path"/>, or of the samples.</summary>
    internal static Scenarios Load(string? path)
    {
        try
        {
            return Scenarios.In(path is null ? Assembly.Load(Samples) : LoadFile(path));
        }
        catch (ScenarioException e)
        {
            throw new InputException(e.Message);
        }
    }

    /// <summary>
    /// For a trace: the assembly named on the command line, or the one of that simple name beside the tool, beside the trace (where a test leaves it)
    /// or in the current folder.
    /// </summary>
    internal static Scenarios LoadFor(Trace trace, string file, string? path) => Load(path ?? PathFor(trace, file));

    /// <summary>The same, as a path; null: the samples.</summary>
    internal static string? PathFor(Trace trace, string file)
    {
        var assemblyName = trace.AssemblyName;
        if (assemblyName == Samples)
        {
            return null;
        }

        if (assemblyName.Length == 0)
        {
            throw new InputException("the trace does not say which assembly it came from: say it with --assembly PATH.");
        }

        // The name comes from a file: it must not lead out of these folders.
        var name = Path.GetFileName(assemblyName) == assemblyName ? $"{assemblyName}.dll" : "";
        var found = new[] { AppContext.BaseDirectory, Path.GetDirectoryName(Path.GetFullPath(file))!, Environment.CurrentDirectory }
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return found
            ?? throw new InputException($"the trace came from the assembly {assemblyName}, which is not here: say where it is with --assembly PATH{Path.DirectorySeparatorChar}{assemblyName}.dll.");
    }

    /// <summary>The scenario of that name.</summary>
    internal static Scenario Find(Scenarios scenarios, string name)
    {
        try
        {
            return scenarios.Find(name);
        }
        catch (ScenarioException e)
        {
            throw new InputException(e.Message);
        }
    }

    private static Assembly LoadFile(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new InputException($"there is no file {path}: build the project, and give --assembly the path of its .dll.");
        }

        try
        {
            var name = AssemblyName.GetAssemblyName(full);
            var loaded = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => AssemblyName.ReferenceMatchesDefinition(assembly.GetName(), name));
            return loaded ?? new ScenarioLoadContext(full).LoadFromAssemblyPath(full);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be loaded as a .NET assembly ({e.Message.TrimEnd('.')}): give --assembly the path of a project's .dll.");
        }
    }

    /// <summary>
    /// Loads a program together with what stands beside it, but with the tool's own Lab and Lab.Core: a second copy of them would have another Cx.
    /// </summary>
    private sealed class ScenarioLoadContext(string path) : AssemblyLoadContext("scenarios")
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName name) =>
            name.Name is "Lab" or "Lab.Core" ? null
            : _resolver.ResolveAssemblyToPath(name) is { } file ? LoadFromAssemblyPath(file)
            : null;

        protected override IntPtr LoadUnmanagedDll(string name) =>
            _resolver.ResolveUnmanagedDllToPath(name) is { } file ? LoadUnmanagedDllFromPath(file) : IntPtr.Zero;
    }
}
