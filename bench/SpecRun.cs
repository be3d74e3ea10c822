using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Lab.Bench;

/// <summary>How a run of specs ended.</summary>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Killer">The first test that failed, or how else the run ended; null when all passed.</param>
/// <param name="Executions">Executions up to the failure, if the test counts them.</param>
/// <param name="TimedOut">The time limit ended it.</param>
internal sealed record SpecOutcome(int Passed, string? Killer, long? Executions, bool TimedOut);

/// <summary>Runs chosen tests of a copy of the built specs in which Lab.Core was replaced; ends at the first failure.</summary>
internal sealed partial class SpecRun
{
    // Exit statuses of Microsoft.Testing.Platform.
    private const int AllPassed = 0;
    private const int NoTests = 8;

    private readonly string _folder;

    /// <summary>Copies the built specs into a folder of its own.</summary>
    internal SpecRun(string specs, string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(specs))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var settings = new XElement("NUnit", new XElement("StopOnError", true), new XElement("TestOutputXml", Results));
        new XElement("RunSettings", settings).Save(Path.Combine(folder, "mutants.runsettings"));
    }

    /// <summary>Set for the tests' process.</summary>
    internal Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where the specs are when they have been built.</summary>
    internal static string Built(string root) => Path.Combine(root, "artifacts", "bin", "Properties", "release");

    internal static void Build(string root)
    {
        using var build = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["build", Path.Combine(root, "tests", "Properties"), "-c", "Release", "-v", "q", "-nologo"]) { RedirectStandardOutput = true })!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"the specs do not build:\n{output}");
        }
    }

    private string Results => Path.Combine(_folder, "results");

    internal void Install(byte[] core) => File.WriteAllBytes(Path.Combine(_folder, "Lab.Core.dll"), core);

    /// <summary>Runs the tests whose full name contains one of <paramref name="names"/> and none of <paramref name="without"/>.</summary>
    internal SpecOutcome Run(IReadOnlyList<string> names, IReadOnlyList<string> without, TimeSpan limit)
    {
        if (Directory.Exists(Results))
        {
            Directory.Delete(Results, recursive: true);
        }

        var status = Execute(Filter(names, without), limit);
        var cases = Directory.Exists(Results)
            ? Directory.EnumerateFiles(Results, "*.xml").SelectMany(file => XDocument.Load(file).Descendants("test-case")).ToList()
            : [];
        var passed = cases.Count(test => (string?)test.Attribute("result") == "Passed");
        if (cases.Find(test => (string?)test.Attribute("result") == "Failed") is { } failed)
        {
            var found = FoundBy().Match(failed.Value);
            var executions = found.Success ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : (long?)null;
            return new SpecOutcome(passed, ShortName((string)failed.Attribute("fullname")!), executions, false);
        }

        return status switch
        {
            null => new SpecOutcome(passed, "time limit", null, true),
            AllPassed or NoTests => new SpecOutcome(passed, null, null, false),
            _ => new SpecOutcome(passed, $"the test process crashed ({status})", null, false),
        };
    }

    private static string Filter(IReadOnlyList<string> names, IReadOnlyList<string> without)
    {
        static string Escaped(string name) => name.Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal);
        var any = string.Join('|', names.Select(name => $"FullyQualifiedName~{Escaped(name)}"));
        return without.Aggregate($"({any})", (filter, name) => $"{filter}&FullyQualifiedName!~{Escaped(name)}");
    }

    /// <summary>The exit status; null: the time limit ended the process.</summary>
    private int? Execute(string filter, TimeSpan limit)
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(_folder, "Lab.Properties.dll"),
            "--no-ansi", "--progress", "off", "--settings", Path.Combine(_folder, "mutants.runsettings"), "--filter", filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;

        // What it says is in its results; the pipes only must not fill.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(limit))
        {
            return process.ExitCode;
        }

        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return null;
    }

    private static string ShortName(string fullName) => fullName.Replace("Lab.Properties.", "", StringComparison.Ordinal);

    [GeneratedRegex(@"found by execution (\d+)")]
    private static partial Regex FoundBy();
}
