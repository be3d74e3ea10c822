using System.Reflection;

namespace Lab.Properties.Packages;

/// <summary>The name that documentation files and lists of banned symbols give to a member (C# language reference, "ID strings").</summary>
internal static class DocumentationId
{
    internal static string Of(MemberInfo member) => member switch
    {
        Type type => $"T:{Name(type)}",
        ConstructorInfo constructor => $"M:{Name(constructor.DeclaringType!)}.#ctor{Parameters(constructor)}",
        MethodInfo { IsGenericMethodDefinition: true } method => $"M:{Name(method.DeclaringType!)}.{method.Name}``{method.GetGenericArguments().Length}{Parameters(method)}",
        MethodInfo method => $"M:{Name(method.DeclaringType!)}.{method.Name}{Parameters(method)}",
        PropertyInfo property => $"P:{Name(property.DeclaringType!)}.{property.Name}",
        _ => throw new ArgumentException($"{member} is of no kind that is listed."),
    };

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Parameters(MethodBase method) =>
        method.GetParameters() is { Length: > 0 } parameters ? $"({string.Join(',', parameters.Select(static parameter => Reference(parameter.ParameterType)))})" : "";

    private static string Reference(Type type) =>
        type.IsByRef ? $"{Reference(type.GetElementType()!)}@"
        : type.IsArray ? $"{Reference(type.GetElementType()!)}[]"
        : type.IsPointer ? $"{Reference(type.GetElementType()!)}*"
        : type.IsGenericMethodParameter ? $"``{type.GenericParameterPosition}"
        : type.IsGenericParameter ? $"`{type.GenericParameterPosition}"
        : type.IsConstructedGenericType || type.IsGenericTypeDefinition
            ? $"{Name(type.GetGenericTypeDefinition()).Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Reference))}}}"
        : Name(type);
}
