using System.Reflection;
using System.Xml.Linq;
using NUnit.Framework;

namespace Lab.Properties.Architecture;

/// <summary>Lab -> Core -> BCL, in what the compiler emitted and in what the projects ask for.</summary>
[TestFixture]
public sealed class AssemblyReferenceTests
{
    [TestCase("Lab.Core", "")]
    [TestCase("Lab", "Lab.Core System.IO.Hashing")]
    [TestCase("Lab.NUnit", "Lab Lab.Core nunit.framework")]
    [TestCase("Lab.FsCheck", "Lab Lab.Core FsCheck FSharp.Core")]
    [TestCase("WorkQueue", "Lab.Core Polly.Core")]
    public void An_assembly_refers_to_the_BCL_and_to(string assembly, string others)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).ToList();
        Assert.That(references, Is.Not.Empty);
        Assert.That(references.Where(name => !IsBcl(name)), Is.SubsetOf(others.Split(' ')));
    }

    // The compiler drops a reference nobody uses; whoever installs the package would still get it.
    [TestCase("src/Core/Core.csproj", "")]
    [TestCase("src/Lab/Lab.csproj", "../Core/Core.csproj System.IO.Hashing")]
    public void A_project_asks_only_for(string project, string others)
    {
        var xml = XDocument.Load(Path.Combine(SourceFile.RepositoryRoot, project));
        var asked = xml.Descendants()
            .Where(item => item.Name.LocalName is "ProjectReference" or "PackageReference" or "Reference" or "FrameworkReference")
            .Where(item => (string?)item.Attribute("PrivateAssets") != "all")
            .Select(item => (string?)item.Attribute("Include"));
        Assert.That(asked, Is.SubsetOf(others.Split(' ')));
    }

    [Test]
    public void The_BCL_is_what_the_runtime_ships() => Assert.That(
        new[] { "System.Runtime", "System.Collections", "System.IO.Hashing", "Lab.Core" }.Select(IsBcl), Is.EqualTo(new[] { true, true, false, false }));

    private static bool IsBcl(string name) => File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}
