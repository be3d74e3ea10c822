using System.Text;

namespace Lab.Properties.Causality;

/// <summary>
/// A canonical form of Mazurkiewicz traces (Cartier and Foata, 1969): each access stands one level above the highest access that it depends
/// on, and a level is sorted. Two interleavings have one form exactly when they are one trace. Quadratic and obvious, as a reference should be.
/// </summary>
internal static class FoataNormalForm
{
    internal static string Of(IReadOnlyList<SmallAccess> interleaving)
    {
        var levels = new int[interleaving.Count];
        for (var i = 0; i < levels.Length; i++)
        {
            for (var before = 0; before < i; before++)
            {
                if (interleaving[i].DependsOn(interleaving[before]))
                {
                    levels[i] = Math.Max(levels[i], levels[before] + 1);
                }
            }
        }

        var form = new StringBuilder();
        foreach (var i in Enumerable.Range(0, levels.Length)
            .OrderBy(i => levels[i]).ThenBy(i => interleaving[i].Task).ThenBy(i => interleaving[i].Object).ThenBy(i => interleaving[i].IsWrite))
        {
            form.Append(levels[i]).Append(interleaving[i].IsWrite ? 'W' : 'R').Append(interleaving[i].Task).Append('.').Append(interleaving[i].Object).Append(' ');
        }

        return form.ToString();
    }
}
