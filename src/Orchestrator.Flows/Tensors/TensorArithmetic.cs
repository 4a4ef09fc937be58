using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tensors;

/// <summary>Arithmetic of tensors with numbers, and the addition of tensors, in which no garbage collection can free a number that native
/// code still reads.</summary>
/// <remarks>
/// TorchSharp (0.107) turns each number of an expression into a <see cref="Scalar"/>, an object with a finalizer, and hands its native
/// address on without keeping the object alive: a collection on another thread in that moment frees it, and the process computes nonsense
/// or crashes. A plain <c>a + b</c> of two tensors does the same with its hidden factor 1. Here every scalar is disposed after its call,
/// and so alive until then. Whatever TorchSharp offers that makes a scalar itself must not be used: a test of the architecture holds that.
/// </remarks>
public static class TensorArithmetic
{
    /// <summary>These live as long as the process.</summary>
    internal static readonly Scalar One = 1.ToScalar(),
        Two = 2.ToScalar();

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Plus(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.add(number, One);
    }

    /// <summary>Integers stay integers.</summary>
    public static Tensor Plus(this Tensor x, long y)
    {
        using var number = y.ToScalar();
        return x.add(number, One);
    }

    public static Tensor Minus(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.sub(number);
    }

    public static Tensor Times(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.mul(number);
    }

    public static Tensor Over(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.div(number);
    }

    /// <summary>y - x.</summary>
    public static Tensor SubtractedFrom(this Tensor x, double y) => x.negative().Plus(y);

    /// <summary>y / x.</summary>
    public static Tensor Dividing(this Tensor x, double y) => x.reciprocal().Times(y);

    /// <summary>The remainder of integers, with the divisor's sign.</summary>
    public static Tensor Modulo(this Tensor x, long y)
    {
        using var number = y.ToScalar();
        return x.remainder(number);
    }

    /// <summary>x + a b, element by element.</summary>
    public static Tensor PlusProduct(this Tensor x, Tensor a, Tensor b) => x.addcmul(a, b, One);

    public static Tensor Square(this Tensor x) => x.pow(Two);

    /// <summary>ln(1 + exp x).</summary>
    public static Tensor Softplus(this Tensor x) => x.neg().log_sigmoid().neg();

    /// <summary>x where x &gt; <paramref name="least"/>, and <paramref name="otherwise"/> elsewhere.</summary>
    public static Tensor Threshold(this Tensor x, double least, double otherwise)
    {
        using var bound = least.ToScalar();
        using var number = otherwise.ToScalar();
        return x.threshold(bound, number);
    }

    public static Tensor Clamp(this Tensor x, double least, double most)
    {
        using var from = least.ToScalar();
        using var to = most.ToScalar();
        return x.clamp(from, to);
    }

    public static Tensor ClampMin(this Tensor x, double least)
    {
        using var number = least.ToScalar();
        return x.clamp_min(number);
    }

    /// <summary>Whether x = y, bool of x's shape.</summary>
    public static Tensor IsEqualTo(this Tensor x, long y)
    {
        using var number = y.ToScalar();
        return x.eq(number);
    }

    /// <summary>Whether x &lt; y, bool of x's shape.</summary>
    public static Tensor IsLessThan(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.lt(number);
    }

    /// <summary>Whether x &gt; y, bool of x's shape.</summary>
    public static Tensor IsGreaterThan(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.gt(number);
    }

    /// <summary>Whether x ≥ y, bool of x's shape.</summary>
    public static Tensor IsAtLeast(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.ge(number);
    }

    /// <summary>A tensor of a shape, full of one value.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, ScalarType type)
    {
        using var number = value.ToScalar();
        return full(shape, number, type);
    }

    /// <summary>A tensor like another, full of one value.</summary>
    public static Tensor FullLike(Tensor like, double value)
    {
        using var number = value.ToScalar();
        return full_like(like, number);
    }

    /// <summary>The integers begin..end-1, as numbers of a type.</summary>
    public static Tensor Range(long begin, long end, ScalarType type, Device device)
    {
        using var first = begin.ToScalar();
        using var last = end.ToScalar();
        return arange(first, last, One, type, device);
    }
}
