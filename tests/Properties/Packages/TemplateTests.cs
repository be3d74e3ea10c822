using System.Xml.Linq;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Packages;

/// <summary>A new project asks for what this repository makes and is tested with.</summary>
[TestFixture]
public sealed class TemplateTests
{
    private const string Project = "src/Lab.Templates/lab-tests/Company.LabTests.csproj";

    [Test]
    public void A_new_project_asks_for_the_versions_that_are_made_and_tested_here()
    {
        var own = Load("Directory.Build.props").Descendants("Version").Single().Value;
        var central = Load("Directory.Packages.props").Descendants("PackageVersion").ToDictionary(Id, static item => (string)item.Attribute("Version")!);
        var asked = Load(Project).Descendants("PackageReference").ToList();
        Assert.That(asked.Select(Id), Does.Contain("Lab.NUnit").And.Contain("NUnit"));
        foreach (var item in asked)
        {
            var expected = Id(item).StartsWith("Lab.", StringComparison.Ordinal) ? own : central[Id(item)];
            Assert.That((string?)item.Attribute("Version"), Is.EqualTo(expected), Id(item));
        }
    }

    private static string Id(XElement item) => (string)item.Attribute("Include")!;

    private static XDocument Load(string path) => XDocument.Load(Path.Combine(SourceFile.RepositoryRoot, path));
}
