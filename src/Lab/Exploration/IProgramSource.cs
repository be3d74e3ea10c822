using System.Reflection;
using Lab.Core.Tasks;

namespace Lab.Exploration;

/// <summary>
/// An attribute that makes a program of the method it stands on, for example a test framework's. A trace of it has the method's full name
/// (<c>Namespace.Type.Method</c>) as its scenario, and <see cref="Scenarios.Find"/> finds it by that.
/// </summary>
public interface IProgramSource
{
    /// <summary>The program: called once per execution, it builds all its state anew.</summary>
    /// <param name="method">The method with the attribute, as seen from the type that the name in the trace names.</param>
    /// <exception cref="ScenarioException">The method has a shape that the attribute does not allow.</exception>
    Func<Cx, Task> ProgramOf(MethodInfo method);
}
