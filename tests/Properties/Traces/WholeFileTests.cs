using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

/// <summary>Files that are there as a whole or not at all.</summary>
[TestFixture]
internal sealed class WholeFileTests
{
    private const int Length = 100_000;
    private string _folder = "";
    private volatile Exception? _error;
    private volatile bool _isTorn;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lab-whole-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    // Two runs of the same tests at once (of two target frameworks, say) write their traces under the same names.
    [Test]
    public void Of_several_that_write_one_file_at_once_none_fails_and_each_reader_sees_one_of_them()
    {
        var path = Path.Combine(_folder, "a.trace");
        var threads = Enumerable.Range(1, 3).Select(i => new Thread(() =>
        {
            try
            {
                for (var round = 0; round < 50; round++)
                {
                    WholeFile.Write(path, Enumerable.Repeat((byte)i, Length).ToArray());
                    var read = File.ReadAllBytes(path);
                    _isTorn |= read.Length != Length || read.Any(b => b != read[0]);
                }
            }
            catch (IOException e)
            {
                _error = e;
            }
        })).ToArray();
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.That((_error, _isTorn), Is.EqualTo(((Exception?)null, false)));
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { path }));
    }
}
