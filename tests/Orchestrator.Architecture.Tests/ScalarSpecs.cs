using Mono.Cecil;

namespace Orchestrator.Architecture.Tests;

/// <summary>Numbers in tensor expressions are made in one place, where nothing can free them under a native call
/// (<c>TensorArithmetic</c> says why).</summary>
public sealed class ScalarSpecs
{
    const string TorchSharp = "TorchSharp";
    const string Scalar = "TorchSharp.Scalar";

    static readonly string[] Layer = ["Orchestrator.Flows.Tensors.TensorArithmetic", "Orchestrator.Flows.Tensors.TensorChanges"];

    static readonly string[] Projects = ["Orchestrator.Flows", "Orchestrator.Training", "Orchestrator.Evaluation", "orchestrator"];

    [Fact]
    public void A_number_becomes_a_scalar_in_the_layer_alone() =>
        None(
            from method in Methods(Projects.Select(Module))
            where !Layer.Contains(method.DeclaringType.FullName)
            from called in Called(method)
            where MakesScalar(called)
            select $"{method.FullName} calls {called.FullName}: use TensorArithmetic or TensorChanges"
        );

    [Fact]
    public void Nothing_of_TorchSharp_is_called_that_makes_a_scalar_itself()
    {
        var unsafeOnes = ThatMakeScalars();
        Assert.Contains(
            "TorchSharp.torch/Tensor TorchSharp.torch/Tensor::op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)",
            unsafeOnes
        );
        None(
            from method in Methods(Projects.Select(Module))
            from called in Called(method)
            where !MakesScalar(called) && !TakesNoNumbersOfOurs(called) && unsafeOnes.Contains(called.FullName)
            select $"{method.FullName} calls {called.FullName}: use TensorArithmetic or TensorChanges"
        );
    }

    [Fact]
    public void The_layer_disposes_every_scalar_after_the_call_that_reads_it() =>
        Assert.All(
            Methods(Module("Orchestrator.Flows")).Where(method => Layer.Contains(method.DeclaringType.FullName) && !method.IsConstructor),
            method =>
                Assert.Equal(Called(method).Count(MakesScalar), Called(method).Count(called => called.Name == nameof(IDisposable.Dispose)))
        );

    static void None(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join("\n", faults.Distinct()));

    /// <summary>A TorchScript program gets images and a truth value, which TorchSharp hands on as it is.</summary>
    static bool TakesNoNumbersOfOurs(MethodReference method) =>
        method.DeclaringType.FullName.StartsWith("TorchSharp.torch/jit/ScriptModule");

    static bool MakesScalar(MethodReference method) =>
        method.ReturnType.FullName == Scalar || (method.DeclaringType.FullName == Scalar && method.Name == ".ctor");

    /// <summary>The methods of TorchSharp from which the making of a scalar can be reached.</summary>
    static HashSet<string> ThatMakeScalars()
    {
        var calls = Methods(Module(TorchSharp)).Select(method => (method.FullName, Called: Called(method).ToArray())).ToArray();
        var found = calls.Where(method => method.Called.Any(MakesScalar)).Select(method => method.FullName).ToHashSet();
        for (var before = 0; before != found.Count; )
        {
            before = found.Count;
            found.UnionWith(
                calls.Where(method => method.Called.Any(called => found.Contains(called.FullName))).Select(method => method.FullName)
            );
        }
        return found;
    }

    /// <summary>What a method calls or takes the address of, as a lambda's body is.</summary>
    static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>().Select(Definition);

    /// <summary>Of TorchSharp the method itself, whose name has no type arguments.</summary>
    static MethodReference Definition(MethodReference method) =>
        Path.GetFileNameWithoutExtension(method.DeclaringType.Scope.Name) == TorchSharp ? method.Resolve() ?? method : method;

    static IEnumerable<MethodDefinition> Methods(params IEnumerable<ModuleDefinition> modules) =>
        modules.SelectMany(module => module.GetTypes()).SelectMany(type => type.Methods).Where(method => method.HasBody);

    static ModuleDefinition Module(string assembly)
    {
        var path = System.Reflection.Assembly.Load(assembly).Location;
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        return ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver });
    }
}
