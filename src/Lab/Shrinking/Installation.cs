using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Lab.Exploration;

namespace Lab.Shrinking;

/// <summary>Gives explorations their shrinker: its folder comes after theirs, so that they cannot name it.</summary>
internal static class Installation
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Sets one static delegate of this assembly, before any of its code can run; nothing else runs.")]
    internal static void Install() => FailureShrinking.Shrinker = Shrinker.ShrinkAsync;
}
