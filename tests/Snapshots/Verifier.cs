using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using NUnit.Framework;
using NUnit.Framework.Internal;

// The namespace, the call and the file names are those of the Verify.NUnit package, so that taking the package means deleting this file
// and changing one line of the project. Differences: text only, compared character by character (line ends included), no scrubbers.
namespace VerifyNUnit;

/// <summary>Compares a text with the golden file beside the test: <c>{Class}.{Method}[_{parameter}={value}].verified.txt</c>.</summary>
/// <remarks>
/// On a mismatch the text is written to <c>.received.txt</c>, and the test fails with a diff. To accept, rename the file, or run the test with
/// <c>VERIFY_ACCEPT=1</c>; on a build server (<c>CI</c> or <c>TF_BUILD</c> set) nothing is ever accepted.
/// </remarks>
public static class Verifier
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Two tests that share a golden file would take turns being right.
    private static readonly ConcurrentDictionary<string, string> s_owners = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Verifies <paramref name="target"/> against the golden file of the running test; once per test.</summary>
    /// <param name="target">The whole text, with LF line ends.</param>
    /// <param name="extension">Of the golden file; for a text that has a format of its own.</param>
    /// <exception cref="AssertionException">The texts differ, or there is no golden file yet.</exception>
    public static Task Verify(string target, string extension = "txt")
    {
        var test = TestContext.CurrentContext.Test;
        var type = test.Type ?? throw new InvalidOperationException("Verify is called from within a test.");
        var path = Path.Combine(DirectoryOf(type), PrefixOf(type, TestExecutionContext.CurrentContext.CurrentTest.Method!.MethodInfo, test.Arguments));
        var owner = $"{test.ID}#{TestContext.CurrentContext.CurrentRepeatCount}";
        if (!s_owners.TryAdd($"{path}.{extension}", owner) && s_owners[$"{path}.{extension}"] == owner)
        {
            throw new InvalidOperationException($"{Path.GetFileName(path)} was verified twice in one test: the second text would hide the first.");
        }

        return Compare(path, extension, target, Environment.GetEnvironmentVariable);
    }

    /// <summary>The comparison itself; <paramref name="path"/> has no extension yet.</summary>
    internal static async Task Compare(string path, string extension, string target, Func<string, string?> environment)
    {
        var verified = $"{path}.verified.{extension}";
        var received = $"{path}.received.{extension}";
        var expected = File.Exists(verified) ? await File.ReadAllTextAsync(verified, s_utf8) : null;
        if (expected != target && IsAccepting(environment))
        {
            await File.WriteAllTextAsync(verified, target, s_utf8);
            expected = target;
        }

        if (expected == target)
        {
            File.Delete(received);
            return;
        }

        await File.WriteAllTextAsync(received, target, s_utf8);
        throw new AssertionException(Explain(verified, received, expected, target));
    }

    /// <summary>Folders mirror namespaces below the assembly's own.</summary>
    internal static string DirectoryOf(Type type)
    {
        var project = type.Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "ProjectDirectory").Value!;
        var root = type.Assembly.GetName().Name!;
        var folder = type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..] : "";
        var directory = Path.Combine(project, folder.Replace('.', Path.DirectorySeparatorChar));
        return Directory.Exists(directory)
            ? directory
            : throw new DirectoryNotFoundException($"{type} is expected to be in {directory}: namespaces mirror folders.");
    }

    internal static string PrefixOf(Type type, MethodInfo method, object?[] arguments)
    {
        var name = new StringBuilder(type.Name);
        for (var outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType)
        {
            name.Insert(0, outer.Name + ".");
        }

        name.Append('.').Append(method.Name);
        foreach (var (parameter, argument) in method.GetParameters().Zip(arguments))
        {
            name.Append('_').Append(parameter.Name).Append('=').Append(FormattableString.Invariant($"{argument ?? "null"}"));
        }

        // The same on every system: what one of them forbids is replaced on all.
        return string.Concat(name.ToString().Select(c => c < ' ' || "\"<>|:*?\\/".Contains(c) ? '-' : c));
    }

    internal static bool IsAccepting(Func<string, string?> environment)
    {
        return IsOn("VERIFY_ACCEPT") && !IsOn("CI") && !IsOn("TF_BUILD");

        bool IsOn(string name) => environment(name) is { Length: > 0 } value && value != "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static string Explain(string verified, string received, string? expected, string target)
    {
        var text = new StringBuilder();
        if (expected is null)
        {
            text.AppendLine($"There is no {Path.GetFileName(verified)} yet. Read {received}, and rename it if it is right:").AppendLine().Append(target);
            return text.ToString();
        }

        text.AppendLine($"The text differs from {Path.GetFileName(verified)} (- expected, + received). All of it: {received}").AppendLine();
        if (expected.ReplaceLineEndings("\n") == target.ReplaceLineEndings("\n"))
        {
            return text.Append("Only line ends differ.").ToString();
        }

        foreach (var line in InlineDiffBuilder.Diff(expected, target, ignoreWhiteSpace: false).Lines)
        {
            var mark = line.Type switch { ChangeType.Deleted => "- ", ChangeType.Inserted => "+ ", _ => "  " };
            text.Append(mark).AppendLine(line.Text);
        }

        return text.ToString();
    }
}
