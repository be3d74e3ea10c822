using System.Text;
using Lab.Bench.Mutants;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Lab.Bench;

/// <summary>
/// Compiles Lab.Core in memory, as its project does in Release: the scratch copy in which each mutant is applied, or that counts what the
/// original does not. One file is parsed anew per copy, the rest is shared.
/// </summary>
internal sealed class MutatedCore
{
    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, DocumentationMode.None);

    private readonly Dictionary<string, (string Text, SyntaxTree Tree)> _files = [];
    private readonly CSharpCompilation _compilation;

    /// <summary>Reads the sources under <paramref name="root"/>, and what the build generated beside them.</summary>
    internal MutatedCore(string root)
    {
        var core = Path.Combine(root, "src", "Core");
        var generated = Path.Combine(root, "artifacts", "obj", "Core", "release");
        foreach (var path in Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories))
        {
            Parse(Path.GetRelativePath(core, path).Replace('\\', '/'), path);
        }

        foreach (var path in Directory.EnumerateFiles(generated, "*.cs"))
        {
            Parse(Path.GetFileName(path), path);
        }

        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            deterministic: true,
            nullableContextOptions: NullableContextOptions.Enable);
        _compilation = CSharpCompilation.Create("Lab.Core", _files.Values.Select(file => file.Tree), references, options);
    }

    /// <summary>The assembly without a mutant: what the specs must pass.</summary>
    internal byte[] Unmutated() => Emit(_compilation, "Core as it is");

    /// <exception cref="MutantException">It does not apply, or does not compile.</exception>
    internal byte[] With(Mutant mutant)
    {
        if (!_files.TryGetValue(mutant.File, out var file))
        {
            throw new MutantException($"mutant {mutant.Id} no longer applies: there is no src/Core/{mutant.File}");
        }

        var tree = CSharpSyntaxTree.ParseText(mutant.Apply(file.Text), s_parse, file.Tree.FilePath, Encoding.UTF8);
        return Emit(_compilation.ReplaceSyntaxTree(file.Tree, tree), $"mutant {mutant.Id}");
    }

    /// <summary>The assembly with one more source file.</summary>
    /// <exception cref="MutantException">It does not compile.</exception>
    internal byte[] WithAlso(string file, string text) =>
        Emit(_compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(text, s_parse, file, Encoding.UTF8)), file);

    private void Parse(string name, string path)
    {
        var text = File.ReadAllText(path);
        _files[name] = (text, CSharpSyntaxTree.ParseText(text, s_parse, path, Encoding.UTF8));
    }

    private static byte[] Emit(CSharpCompilation compilation, string what)
    {
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        return result.Success
            ? assembly.ToArray()
            : throw new MutantException($"{what} does not compile: {result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)}");
    }
}
